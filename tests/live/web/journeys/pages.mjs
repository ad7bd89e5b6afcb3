// Every page that can be opened by its address: as a guest, and signed in.
import { examine } from '../examine.mjs';
import { LOCALES } from '../lab.mjs';

const OPEN = { 'sign-in': '/sign-in', 'sign-up': '/sign-up', buy: '/buy', 'sign-in-code': '/sign-in/code', offline: '/offline' };
const OWN = { subscriptions: '/subscriptions', wallet: '/wallet', orders: '/orders', notices: '/notices', tickets: '/tickets', gift: '/gift', account: '/account' };

export default async function (lab, { session, subscription }) {
  await examine(lab, 'page-landing', '/', { thorough: LOCALES });
  for (const [name, path] of Object.entries(OPEN)) await examine(lab, `page-${name}`, path);
  const own = { ...OWN, subscription: `/subscriptions/${subscription}`, change: `/buy?subscription=${subscription}&change=1` };
  for (const [name, path] of Object.entries(own)) await examine(lab, `own-${name}`, path, { locales: ['fa', 'en'], session });
}
