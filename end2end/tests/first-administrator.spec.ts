import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClockApp, wrong } from '../support/authenticator.ts';
import { check } from '../support/axe.ts';
import { expect, test } from '../support/console.ts';
import { setting } from '../support/desk.ts';
import { givePassword } from '../support/sign-in.ts';
import { picture, secretOn } from '../support/tokens.ts';

test.use({ storageState: { cookies: [], origins: [] } });

let server: ChildProcess;
let folder: string;
let url: string;
let link: string;

test.beforeAll(async () => {
  test.setTimeout(90_000); // a new database
  folder = mkdtempSync(join(tmpdir(), 'tokendesk-first-'));
  chmodSync(folder, 0o711);
  url = `http://localhost:${await freePort()}`;
  server = spawn(setting('E2E_TOKENDESK'), ['serve'], {
    cwd: join(import.meta.dirname, '../..'), // where target/site is
    env: {
      ...process.env,
      TOKENDESK_DATA_DIR: join(folder, 'data'),
      TOKENDESK_LISTEN: url.replace('http://localhost', '127.0.0.1'),
      TOKENDESK_PUBLIC_URL: url,
    },
  });
  link = await new Promise((found, failed) => {
    let said = '';
    const read = (text: Buffer) => {
      said += text;
      const printed = /http:\/\/localhost:\d+\/first\/[\w-]+/.exec(said);
      if (printed) found(printed[0]);
    };
    server.stdout!.on('data', read);
    server.stderr!.on('data', read);
    server.once('exit', () => failed(new Error(`the server ended: ${said}`)));
  });
  await expect
    .poll(() => fetch(`${url}/healthz/live`).then((answer) => answer.ok, () => false), { timeout: 30_000 })
    .toBe(true);
});

test.afterAll(async () => {
  const ended = new Promise((done) => server.once('exit', done));
  server.kill();
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

test('the first administrator sets a password, proves an app and is signed in', async ({ page }) => {
  test.slow();
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'First administrator' })).toBeVisible();

  await check(page, 'password of the first administrator');
  await page.getByLabel('Name', { exact: true }).fill('Jana Novák');
  await givePassword(page, 'j.novak', 'password1234');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Jana Novák');
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await givePassword(page, 'j.novak', 'correct horse battery staple');

  await expect(page.getByRole('heading', { name: 'Add an authenticator app' })).toBeVisible();
  await expect(picture(page)).toBeVisible();
  await check(page, 'app of the first administrator');
  const app = new ClockApp(await secretOn(page));
  const code = await app.next();
  await prove(wrong(code));
  await expect(page.getByText(/wrong code/i)).toBeVisible();
  await expect(picture(page)).toBeVisible();
  await prove(code);
  await expect(page.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();

  await page.context().clearCookies();
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'This link no longer works' })).toBeVisible();
  await check(page, 'a link that was used');

  async function prove(typed: string) {
    await page.getByLabel('Code', { exact: true }).fill(typed);
    await page.getByRole('button', { name: 'Finish and sign in' }).click();
  }
});

function freePort(): Promise<number> {
  return new Promise((found) => {
    const listener = createServer().listen(0, '127.0.0.1', () => {
      const { port } = listener.address() as AddressInfo;
      listener.close(() => found(port));
    });
  });
}
