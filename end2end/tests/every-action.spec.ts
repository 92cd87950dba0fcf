// Everything that can be done to one user and that user's tokens, in one go; and what the user's Activity
// says of it afterwards.
import { ClockApp, type CountingApp, wrong } from '../support/authenticator.ts';
import { expect, test } from '../support/console.ts';
import { addCountingApp, beginEnrolment, choose, prove, row, secretOn } from '../support/tokens.ts';
import { addObsoleteToken } from '../support/types.ts';
import { chooseOfUser, said } from '../support/users.ts';

/** All that was done, newest first, each thing once. */
const ACTIVITY = [
  /^Deleted by Mara Vogt: HOTP app, Work tablet.*Reason: Phone sold/,
  /^Deleted by Mara Vogt: Authenticator app, Pixel 10/,
  /^Deleted by Mara Vogt: Authenticator app, iPhone/,
  /^User enabled by Mara Vogt/,
  /^User disabled by Mara Vogt.*Reason: On leave/,
  /^Created by Mara Vogt: Authenticator app, Pixel 10/,
  /^Replaced by Mara Vogt: Authenticator app, 2021, Old phone/,
  /^Enrolment started by Mara Vogt: Authenticator app, Pixel 10/,
  /^Created by Mara Vogt: Authenticator app, 2021, Old phone/,
  /^Enrolment started by Mara Vogt: Authenticator app, 2021, Old phone/,
  /^Enabled by Mara Vogt: HOTP app, Work tablet.*Reason: Found/,
  /^Disabled by Mara Vogt: HOTP app, Work tablet.*Reason: Left in the train/,
  /^Reset by Mara Vogt: HOTP app, Work tablet/,
  /^Reset failed: wrong code: HOTP app, Work tablet/,
  /^Reset by Mara Vogt: HOTP app, Work tablet/,
  /^Unlocked by Mara Vogt: HOTP app, Work tablet/,
  /^Test failed: wrong code, 5 times in a row: HOTP app, Work tablet/,
  /^Unlocked by Mara Vogt: HOTP app, Work tablet.*Reason: Called back/,
  /^Test failed: wrong code, 5 times in a row: HOTP app, Work tablet/,
  /^Tested by Mara Vogt: HOTP app, Work tablet/,
  /^Test failed: wrong code: HOTP app, Work tablet/,
  /^Edited by Mara Vogt: HOTP app, Work tablet/,
  /^Created by Mara Vogt: HOTP app, Tablet/,
  /^Enrolment started by Mara Vogt: HOTP app, Tablet/,
  /^Created by Mara Vogt: Authenticator app, iPhone/,
  /^Proof failed: wrong code: Authenticator app, iPhone/,
  /^Enrolment started by Mara Vogt: Authenticator app, iPhone/,
  /^User added by Mara Vogt/,
];

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'in place' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a user and three tokens go through all that can be done to them', async ({ page }) => {
      test.slow();
      const which = javaScriptEnabled ? 'Awake' : 'Plain';
      const [username, name] = [`journey.all.${which.toLowerCase()}`, `Journey All ${which}`];
      const tablet = row(page, 'Work tablet');
      const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
      const reason = (words: string) => page.getByLabel(/^Reason/).fill(words);
      const heading = (name: string | RegExp) => expect(page.getByRole('heading', { name })).toBeVisible();

      /** Types a code and sends it; once the page is awake, a whole one sends itself. */
      const check = async (code: string) => {
        await page.getByLabel('Code', { exact: true }).fill(code);
        if (!javaScriptEnabled) await press('Check code');
      };
      const enterPair = async (first: string, second: string, send: string) => {
        await page.getByLabel('First code').fill(first);
        await page.getByLabel('Second code').fill(second);
        await press(send);
      };
      const failUntilItWaits = async (app: CountingApp) => {
        await choose(page, 'Work tablet', 'Test token');
        for (let failures = 1; failures <= 5; failures += 1) {
          await check(wrong(app.next()));
          await heading('Wrong code');
          await expect(page.getByText(new RegExp(`^${failures} wrong codes? since`))).toBeVisible();
          if (failures < 5) await page.getByRole('link', { name: /^Try again/ }).click();
        }
        await expect(page.getByText(/The token waits now\.$/)).toBeVisible();
        await page.goto(tokens);
        await expect(tablet).toContainText('Waits until');
      };

      await page.goto('/users');
      await page.getByRole('link', { name: 'Add user' }).click();
      await heading('Add user'); // the list has a choice of realms too
      await page.getByLabel('Realm').selectOption('Example Bank');
      await page.getByLabel('Username').fill(username);
      await page.getByLabel(/^Given name/).fill('Journey');
      await page.getByLabel(/^Family name/).fill(`All ${which}`);
      await press('Add user');
      await expect(said(page, 'User added')).toBeVisible();
      await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
      const tokens = page.url();

      await test.step('enrol an app of each kind', async () => {
        const clock = new ClockApp(await beginEnrolment(page, 'Authenticator app', 'iPhone'));
        const right = await clock.next();
        await prove(page, wrong(right));
        await expect(page.getByText(/^Wrong code\. 1 wrong code so far/)).toBeVisible();
        await prove(page, right);
        await expect(said(page, 'Token added')).toBeVisible();
        await expect(row(page, 'iPhone')).toContainText('ACTIVE');
      });
      const app = await addCountingApp(page, 'Tablet');

      await test.step('view it and edit it', async () => {
        await row(page, 'Tablet').getByRole('link', { name: /^View token/ }).click();
        await expect(page.getByRole('heading', { name: 'HOTP app', level: 1 })).toBeVisible();
        await expect(page.getByText('by Mara Vogt', { exact: true })).toBeVisible();
        await page.goto(tokens);
        await choose(page, 'Tablet', 'Edit');
        await page.getByLabel('Description').fill('Work tablet');
        await press('Save');
        await expect(said(page, 'Token saved')).toBeVisible();
        await expect(tablet).toBeVisible();
      });

      await test.step('test it with a wrong code and a right one', async () => {
        await choose(page, 'Work tablet', 'Test token');
        await check(wrong(app.next()));
        await heading('Wrong code');
        await page.getByRole('link', { name: /^Try again/ }).click();
        await check(app.next());
        await heading('The token works');
        await page.goto(tokens);
      });

      await test.step('it waits, and is unlocked', async () => {
        await failUntilItWaits(app);
        await choose(page, 'Work tablet', /^Unlock$/);
        await reason('Called back');
        await press('Unlock');
        await expect(said(page, 'Token unlocked')).toBeVisible();
        await expect(tablet).not.toContainText('Waits until');
      });

      await test.step('it waits again, and is unlocked and reset', async () => {
        await failUntilItWaits(app);
        await choose(page, 'Work tablet', 'Unlock and reset');
        await enterPair(app.next(), app.next(), 'Unlock and reset');
        await heading('The token is unlocked and back in step');
        await page.goto(tokens);
        await expect(tablet).not.toContainText('Waits until');
      });

      await test.step('it ran away, and is reset', async () => {
        for (let n = 0; n < 30; n += 1) app.next();
        await choose(page, 'Work tablet', 'Reset token');
        await enterPair(wrong(app.next()), app.next(), 'Reset');
        await expect(page.getByText('These codes do not follow each other.')).toBeVisible();
        await enterPair(app.next(), app.next(), 'Reset');
        await heading('The token is back in step');
        await page.goto(tokens);
      });

      await test.step('it is disabled until a date, and enabled before', async () => {
        await choose(page, 'Work tablet', 'Disable temporarily');
        await page.getByRole('radio', { name: 'A date you choose' }).check();
        const nextYear = new Date().getFullYear() + 1;
        await page.getByLabel('Date', { exact: true }).fill(`${nextYear}-05-31`);
        await reason('Left in the train');
        await press('Disable temporarily');
        await expect(said(page, `Token disabled until 31 May ${nextYear}`)).toBeVisible();
        await expect(tablet).toContainText(`Until 31 May ${nextYear}`);
        await choose(page, 'Work tablet', 'Enable');
        await reason('Found');
        await press('Enable');
        await expect(said(page, 'Token enabled')).toBeVisible();
        await expect(tablet).toContainText('ACTIVE');
      });

      await test.step('a token of an obsolete type is replaced', async () => {
        await addObsoleteToken(page, 'Old phone');
        await choose(page, 'Old phone', 'Replace');
        await page.getByLabel('Describe the device').fill('Pixel 10');
        await press('Continue');
        await prove(page, await new ClockApp(await secretOn(page)).next());
        await expect(said(page, 'Token replaced')).toBeVisible();
        await expect(row(page, 'Old phone')).toHaveCount(0);
        await expect(row(page, 'Pixel 10')).toContainText('ACTIVE');
      });

      await test.step('the user is edited, disabled and enabled', async () => {
        await chooseOfUser(page, 'Disable user');
        await reason('On leave');
        await press('Disable user');
        await expect(said(page, 'User disabled')).toBeVisible();
        await chooseOfUser(page, 'Enable user');
        await expect(page.getByText('On leave', { exact: true })).toBeVisible();
        await press('Enable user');
        await expect(said(page, 'User enabled')).toBeVisible();
      });

      await test.step('the tokens are deleted, the last one with care', async () => {
        await page.goto(tokens);
        for (const description of ['iPhone', 'Pixel 10']) {
          await choose(page, description, 'Delete token');
          await heading('Delete this token?');
          await expect(page.getByRole('checkbox')).toHaveCount(0);
          await press('Delete token');
          await expect(said(page, 'Token deleted')).toBeVisible();
          await expect(row(page, description)).toHaveCount(0);
        }
        await choose(page, 'Work tablet', 'Delete token');
        await expect(page.getByText(/last active token/)).toBeVisible();
        await reason('Phone sold');
        await page.getByRole('checkbox', { name: /cannot sign in afterwards/ }).check();
        await press('Delete token');
        await heading('No tokens');
        await expect(page.getByRole('link', { name: 'Add new token' }).last()).toBeVisible();
      });

      await test.step('Activity says all of it, once', async () => {
        await page.getByRole('navigation', { name }).getByRole('link', { name: 'Activity' }).click();
        const lines = page.getByRole('listitem').filter({ has: page.getByRole('time') });
        await expect(lines).toHaveText(ACTIVITY);
      });

      await test.step('the user is deleted', async () => {
        await chooseOfUser(page, 'Delete user');
        await page.getByLabel(`Type the username ${username} to confirm`).fill(username);
        await press('Delete user');
        await expect(said(page, 'User deleted')).toBeVisible();
        await page.goto(`/users?q=${username}`);
        await expect(page.getByText('No user matches')).toBeVisible();
        expect((await page.goto(tokens))!.status()).toBe(404);
      });
    });
  });
}
