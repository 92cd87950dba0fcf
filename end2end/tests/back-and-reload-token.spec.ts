// Back, forward and reload at every step of each form of a token: nothing is done twice, no page is
// broken, and the address and the page agree.
import { Application } from '../support/application.ts';
import { wrong } from '../support/authenticator.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { walk, type Form } from '../support/history.ts';
import { REFUSED, TURNED } from '../support/text.ts';
import { addCountingApp, choose, openTokens, row } from '../support/tokens.ts';

for (const javaScriptEnabled of [true, false]) {
  const which = javaScriptEnabled ? 'awake' : 'plain';
  test.describe(javaScriptEnabled ? 'in place' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('the forms of a token', async ({ page, request }) => {
      test.slow();
      const username = `journey.history.${which}`;
      const name = newUser(username, `History ${which}`);
      const vpn = new Application(request, `journey-history-${which}`);
      await openTokens(page, name);
      const tokens = page.url();
      const other = await addCountingApp(page, 'Other');
      const app = await addCountingApp(page, 'Tablet');
      const serialOf = async (description: string) =>
        (await row(page, description).textContent())!.match(/HOTP-[2-9A-Z]{8}/)![0];
      const serial = await serialOf('Tablet');
      const untilItWaits = async () => {
        await vpn.verify(serial, app.next(), true); // what counted before is forgotten
        await vpn.failUntilItWaits(serial, app);
      };
      const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
      const fill = (label: string | RegExp, words: string) => page.getByLabel(label).fill(words);
      const pair = async (codes: string[], send: string) => {
        await fill('First code', codes[0]!);
        await fill('Second code', codes[1]!);
        await press(send);
      };
      const at = (action: string | RegExp) => () => choose(page, 'Tablet', action);
      const check = async (code: string) => {
        await page.getByLabel('Code', { exact: true }).fill(code);
        if (code.length < 6 || !javaScriptEnabled) await press('Check code');
      };
      const withReason = (send: string) => async () => {
        await fill(/^Reason/, TURNED);
        await press(send);
      };
      const forms: Record<string, Form> = {
        edit: {
          open: at('Edit'),
          title: 'Edit token',
          refused: [() => fill('Description', TURNED).then(() => press('Save')), REFUSED],
          done: [() => fill('Description', 'Tablet 2').then(() => press('Save')), 'Token saved'],
        },
        test: {
          open: at('Test token'),
          title: 'Test token',
          refused: [() => check('12345'), 'Enter the digits the app shows.'],
          done: [() => check(app.next()), 'The token works'],
        },
        reset: {
          open: at('Reset token'),
          title: 'Reset token',
          refused: [() => pair([app.next(), wrong(app.next())], 'Reset'), /^These codes do not follow each other/],
          done: [() => pair([app.next(), app.next()], 'Reset'), 'The token is back in step'],
        },
        disable: {
          open: at('Disable temporarily'),
          title: 'Disable this token?',
          refused: [withReason('Disable temporarily'), REFUSED],
          done: [() => fill(/^Reason/, 'Once').then(() => press('Disable temporarily')), 'Token disabled'],
          over: /^It is disabled already, by /,
        },
        enable: {
          open: at('Enable'),
          title: 'Enable this token?',
          refused: [withReason('Enable'), REFUSED],
          done: [() => fill(/^Reason/, 'Once').then(() => press('Enable')), 'Token enabled'],
          over: 'It is enabled already.',
        },
        unlock: {
          open: async () => {
            await untilItWaits();
            await page.reload();
            await at(/^Unlock$/)();
          },
          title: 'Unlock this token?',
          refused: [withReason('Unlock'), REFUSED],
          done: [() => fill(/^Reason/, 'Once').then(() => press('Unlock')), 'Token unlocked'],
          over: /^Nothing to unlock/,
        },
        'unlock and reset': {
          open: async () => {
            await untilItWaits();
            await page.reload();
            await at('Unlock and reset')();
          },
          title: 'Unlock and reset',
          done: [() => pair([app.next(), app.next()], 'Unlock and reset'), /^The token is unlocked and back/],
          over: /^Nothing to unlock/,
        },
        'unlock the user': {
          open: async () => {
            await untilItWaits();
            await vpn.failUntilItWaits(await serialOf('Other'), other);
            await page.reload();
            await page.getByRole('link', { name: 'Unlock', exact: true }).click();
          },
          title: 'Unlock this user?',
          refused: [withReason('Unlock'), REFUSED],
          done: [() => fill(/^Reason/, 'Once').then(() => press('Unlock')), 'User unlocked'],
          over: 'Nothing to unlock: the user neither waits nor is locked.',
        },
        delete: {
          open: at('Delete token'),
          title: 'Delete this token?',
          refused: [withReason('Delete token'), REFUSED],
          done: [() => fill(/^Reason/, 'Once').then(() => press('Delete token')), 'Token deleted'],
          over: /Tablet 2 was deleted, by /,
        },
      };
      for (const [name, form] of Object.entries(forms)) await walk(page, name, tokens, form, javaScriptEnabled);

      await page.goto(tokens.replace(/tokens$/, 'activity'));
      for (const line of [
        'Edited by', 'Tested by', 'Reset failed', 'Disabled by', 'Enabled by', 'Deleted by',
      ]) {
        await expect(page.getByText(new RegExp(`^${line}`)), line).toHaveCount(1);
      }
      await expect(page.getByText(/^Unlocked by/)).toHaveCount(2);
      await expect(page.getByText(/^Reset by/)).toHaveCount(2);
      await expect(page.getByText(/Reset failed: wrong code, /), 'a wrong pair counts once').toHaveCount(0);
    });
  });
}
