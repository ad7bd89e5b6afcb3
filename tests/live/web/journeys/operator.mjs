// The page that makes somebody the operator, and what it shows once its button was pressed.
import { examine, inspect } from '../examine.mjs';

export default async function (lab, { claim }) {
  await examine(lab, 'operator', claim);
  const page = await lab.visitor({ locale: 'ru' });
  await page.goto(claim);
  await page.getByRole('button', { name: 'Стать администратором' }).press('Enter');
  await page.getByRole('heading', { name: 'Магазин ваш' }).waitFor();
  await inspect(lab, page, 'claimed');
}
