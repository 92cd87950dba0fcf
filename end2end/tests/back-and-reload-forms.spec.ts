// Back, forward and reload at every step of the forms of a user, of a token type and of the account:
// nothing is done twice, no page is broken, and the address and the page agree.
import { expect, test } from '../support/console.ts';
import { walk, type Form } from '../support/history.ts';
import { REFUSED, TURNED } from '../support/text.ts';
import { chooseOfUser } from '../support/users.ts';

for (const javaScriptEnabled of [true, false]) {
  const which = javaScriptEnabled ? 'awake' : 'plain';
  test.describe(javaScriptEnabled ? 'in place' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('the forms of a user, of a token type and of the account', async ({ page }) => {
      test.slow();
      const username = `journey.history.user.${which}`;
      const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
      const fill = (label: string | RegExp, words: string) => page.getByLabel(label).fill(words);
      const send = async (label: string | RegExp, words: string, button: string) => {
        await fill(label, words);
        await press(button);
      };
      const papers = async (button: string) => {
        await fill(/^Code/, '123456');
        await press(button);
      };
      await walk(
        page,
        'add',
        '/users',
        {
          open: () => page.getByRole('link', { name: 'Add user' }).click(),
          title: 'Add user',
          refused: [() => send('Username', username, 'Add user'), 'Choose a realm.'],
          done: [
            async () => {
              await page.getByLabel('Realm').selectOption('Example Bank');
              await fill('Username', username);
              await fill(/^Given name/, 'Journey');
              await send(/^Family name/, `User ${which}`, 'Add user');
            },
            'User added',
          ],
        },
        javaScriptEnabled,
      );
      await page.goto(`/users?q=${username}`);
      await expect(page.getByRole('row')).toHaveCount(2); // the head, and one user
      await page.getByRole('link', { name: `Journey User ${which}` }).click();
      await page.getByRole('link', { name: 'Overview' }).click();
      await expect(page.getByRole('heading', { name: 'Needs attention' })).toBeVisible();
      const user = page.url();
      const of = (deed: string) => () => chooseOfUser(page, deed);
      const forms: [string, string, Form][] = [
        ['edit', user, {
          open: of('Edit user'),
          title: 'Edit user',
          refused: [() => send(/^Phone numbers/, 'nobody', 'Save'), /^Line 1: Enter a number/],
          done: [
            async () => {
              await fill(/^Phone numbers/, '');
              await send(/^Department/, 'Cards', 'Save');
            },
            'User saved',
          ],
        }],
        ['disable', user, {
          open: of('Disable user'),
          title: 'Disable this user?',
          refused: [() => send(/^Reason/, TURNED, 'Disable user'), REFUSED],
          done: [() => send(/^Reason/, 'Once', 'Disable user'), 'User disabled'],
          over: /^The user is disabled already, by /,
        }],
        ['enable', user, {
          open: of('Enable user'),
          title: 'Enable this user?',
          refused: [() => send(/^Reason/, TURNED, 'Enable user'), REFUSED],
          done: [() => send(/^Reason/, 'Once', 'Enable user'), 'User enabled'],
          over: 'The user is enabled already.',
        }],
        ['a type', '/token-types', {
          open: () => page.getByRole('row').getByRole('link', { name: 'HOTP app' }).click(),
          title: 'HOTP app',
          refused: [() => send(/^Name in French/, TURNED, 'Save'), REFUSED],
          done: [() => send(/^Name in French/, '', 'Save'), 'Nothing to save'],
        }],
        ['an own app', '/account', {
          open: () => page.getByRole('link', { name: 'Add new token' }).click(),
          title: 'Which app',
          refused: [
            async () => {
              await fill('Describe the device', TURNED);
              await page.getByLabel('Password', { exact: true }).fill('not looked at');
              await papers('Continue');
            },
            REFUSED,
          ],
        }],
        ['the password', '/users', {
          open: () => page.goto('/account').then(() => undefined),
          title: 'Password',
          refused: [
            async () => {
              await fill('Current password', 'not looked at');
              await fill('New password', 'short');
              await papers('Change password');
            },
            'Use 12 characters or more.',
          ],
        }],
        ['other sessions', '/account', {
          open: () => page.goto('/account/sessions/end').then(() => undefined),
          title: 'End all other sessions?',
        }],
        ['delete', user, {
          open: of('Delete user'),
          title: 'Delete this user?',
          refused: [() => send(/^Type the username/, 'somebody', 'Delete user'), /^This is another name/],
          done: [() => send(/^Type the username/, username, 'Delete user'), 'User deleted'],
          over: 'It is not here, or not for you to see.',
        }],
      ];
      for (const [name, from, form] of forms) await walk(page, name, from, form, javaScriptEnabled);
    });
  });
}
