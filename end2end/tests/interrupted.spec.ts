// What comes between an operator and a form: a colleague, a second tab, Back, an ended session.
import { expect, test, waitUntilAwake } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, choose, openTokens, row } from '../support/tokens.ts';

test('two tabs disable one token: the second is told who was first', async ({ page, context }) => {
  await openTokens(page, newUser('journey.tabs', 'Tabs'));
  await addCountingApp(page, 'Shared');
  const token = await row(page, 'Shared').getByRole('link', { name: /View token/ }).getAttribute('href');
  const other = await context.newPage();
  waitUntilAwake(other);
  for (const tab of [page, other]) {
    await tab.goto(`${token}/disable`);
    await tab.getByRole('checkbox').check();
  }
  await other.getByRole('button', { name: 'Disable temporarily' }).click();
  await expect(other.getByRole('status').filter({ hasText: 'Token disabled' })).toBeVisible();
  await page.getByRole('button', { name: 'Disable temporarily' }).click();
  await expect(page.getByRole('status').filter({ hasText: /disabled already, by/ })).toBeVisible();
  await expect(row(page, 'Shared')).toContainText('DISABLED');
});

test('Back after a deed leads to no form of it', async ({ page }) => {
  await openTokens(page, newUser('journey.back', 'Back'));
  await addCountingApp(page, 'Once');
  await choose(page, 'Once', 'Disable temporarily');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Disable temporarily' }).click();
  await expect(row(page, 'Once')).toContainText('DISABLED');
  await page.goBack();
  await expect(page.getByRole('button', { name: 'Disable temporarily' })).toHaveCount(0);
  await page.goForward();
  await expect(row(page, 'Once')).toContainText('DISABLED');
});

test('a session that ended keeps what was typed and shows the way on', async ({ page }) => {
  await openTokens(page, newUser('journey.ended', 'Ended'));
  await page.getByRole('link', { name: 'Add new token' }).first().click();
  await page.getByRole('radio', { name: /^HOTP app/ }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Describe the device').fill('Typed with care');
  await page.context().clearCookies();
  await page.getByRole('button', { name: 'Continue' }).click();
  const refused = page.getByRole('alert');
  await expect(refused.getByRole('link', { name: 'Sign in again' })).toBeVisible();
  await expect(page.getByLabel('Describe the device')).toHaveValue('Typed with care');
});

test('a double click makes one enrolment', async ({ page }) => {
  await openTokens(page, newUser('journey.double', 'Double'));
  const list = page.url();
  await page.getByRole('link', { name: 'Add new token' }).first().click();
  await page.getByRole('radio', { name: /^HOTP app/ }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Describe the device').fill('Twice');
  await page.getByRole('button', { name: 'Continue' }).dblclick();
  await expect(page.getByRole('img', { name: /^QR code/ })).toBeVisible();
  await page.goto(list);
  await expect(page.getByText('Waiting for proof: HOTP app, Twice.')).toHaveCount(1);
});

test('an answer that was lost on its way is asked for again, and nothing is done twice', async ({ page }) => {
  await openTokens(page, newUser('journey.lost', 'Lost'));
  const list = page.url();
  await page.getByRole('link', { name: 'Add new token' }).first().click();
  await page.getByRole('radio', { name: /^HOTP app/ }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Describe the device').fill('Lost answer');
  await page.route('**/call/start-enrolment', async (route) => {
    await route.fetch(); // it arrives, and is done
    await route.fulfill({ status: 504, body: '' });
  }, { times: 1 });
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert')).toContainText('The server cannot be reached');
  await expect(page.getByLabel('Describe the device')).toHaveValue('Lost answer');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('button', { name: 'Start again' })).toBeVisible(); // the secret is not shown again
  await page.goto(list);
  await expect(page.getByText('Waiting for proof: HOTP app, Lost answer.')).toHaveCount(1);
});

test('an answer of another version says that it was done, and to load the page again', async ({ page }) => {
  await openTokens(page, newUser('journey.version', 'Version'));
  await addCountingApp(page, 'Upgraded');
  const list = page.url();
  await page.route('**/call/disable-token', async (route) => {
    const response = await route.fetch();
    const body = await response.text();
    // its first letters are the key of its type
    const other = String.fromCodePoint(body.codePointAt(0)! ^ 1);
    await route.fulfill({ response, body: other + body.slice(1) });
  });
  await choose(page, 'Upgraded', 'Disable temporarily');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: 'Disable temporarily' }).click();
  await expect(dialog.getByText(/^This was done, but the page is out of date/)).toBeVisible();
  await page.goto(list);
  await expect(row(page, 'Upgraded')).toContainText('DISABLED');
});
