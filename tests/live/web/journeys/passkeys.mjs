// A customer adds a passkey, comes in with it, and takes it away: with an authenticator of the browser's own.
import { accessible, fits } from '../accessible.mjs';
import { walk } from '../keyboard.mjs';

const AUTHENTICATOR = {
  protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
  automaticPresenceSimulation: true,
};

/** Browsers of 2023 read and write credentials only as bytes. */
function old() {
  delete PublicKeyCredential.parseCreationOptionsFromJSON;
  delete PublicKeyCredential.parseRequestOptionsFromJSON;
  delete PublicKeyCredential.prototype.toJSON;
}

async function press(page, name) {
  await page.getByRole('button', { name, exact: true }).press('Enter');
}

async function signOut(page) {
  await page.goto('/account');
  await press(page, 'Sign out');
  await page.waitForURL((url) => url.pathname === '/');
}

async function visit(lab, isOld) {
  const page = await lab.visitor();
  if (isOld) await page.addInitScript(old);
  const browser = await page.context().newCDPSession(page);
  await browser.send('WebAuthn.enable');
  const { authenticatorId } = await browser.send('WebAuthn.addVirtualAuthenticator', { options: AUTHENTICATOR });

  await page.goto('/sign-up');
  await press(page, 'Create an anonymous account');
  await press(page, 'I have saved it');
  await page.waitForURL((url) => url.pathname === '/subscriptions');
  await page.goto('/account');
  await press(page, 'Add a passkey');
  await page.getByText('Saved.').waitFor();
  const mine = page.getByRole('region', { name: 'Passkeys' });
  await mine.getByText('Not used yet').waitFor();
  const { credentials } = await browser.send('WebAuthn.getCredentials', { authenticatorId });
  if (credentials.length !== 1 || !credentials[0].isResidentCredential || credentials[0].rpId !== 'localhost') {
    throw new Error(`the authenticator holds ${JSON.stringify(credentials)}`);
  }
  await accessible(page);
  await fits(page);
  await walk(page);
  await press(page, 'Add a passkey');
  await page.getByText('That did not work.').waitFor();

  await signOut(page);
  await page.goto('/sign-in?next=/account');
  await accessible(page);
  await fits(page);
  await press(page, 'Sign in with a passkey');
  await page.waitForURL((url) => url.pathname === '/account');
  await mine.getByText('Last seen').waitFor();

  await signOut(page);
  await page.goto('/sign-in?next=/account');
  await browser.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await press(page, 'Sign in with a passkey');
  await page.getByText('That did not work.').waitFor();
  await browser.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await press(page, 'Sign in with a passkey');
  await page.waitForURL((url) => url.pathname === '/account');

  await mine.getByRole('button', { name: /^Remove/ }).press('Enter');
  await page.getByText('Removed.').waitFor();
  await signOut(page);
  await page.goto('/sign-in');
  await press(page, 'Sign in with a passkey');
  await page.getByText('The passkey was not accepted.').waitFor();
  await page.context().close();
}

export default async function (lab) {
  await visit(lab, false);
  await visit(lab, true);
}
