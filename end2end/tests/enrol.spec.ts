import { ClockApp, wrong } from '../support/authenticator.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { readQr } from '../support/qr.ts';
import { beginEnrolment, openTokens, picture, prove, row, secretOn } from '../support/tokens.ts';

test('an operator enrols an authenticator app', async ({ page }) => {
  const name = newUser('journey.enrol', 'Enrolled');
  await openTokens(page, name);
  const secret = await beginEnrolment(page, 'Authenticator app', 'Pixel 9');

  await test.step('what was done stands above and beside, the next step has the focus', async () => {
    await expect(page.getByLabel('Enter the code the app shows')).toBeFocused();
    await expect(page.getByRole('heading', { name: /^Description ?, done$/ })).toBeVisible();
    await expect(page.getByLabel('Summary')).toContainText(/Description\s*Pixel 9/);
    await expect(page.getByLabel('Summary')).toContainText(/Proof until\s*\S/);
  });

  await test.step('the picture says what the text says', async () => {
    const address = new URL((await readQr(picture(page))) ?? 'nothing:');
    expect(address.protocol).toBe('otpauth:');
    expect(address.host || address.pathname.split('/')[2]).toBe('totp');
    expect(decodeURIComponent(address.pathname)).toMatch(/journey\.enrol$/);
    expect(address.searchParams.get('secret')).toBe(secret);
    expect(address.searchParams.get('issuer')).toBe('Example Bank');
    expect(secret).toHaveLength(32); // 20 bytes
  });

  const app = new ClockApp(secret);
  const code = await app.next();
  await test.step('a wrong proof leaves the picture where it stands', async () => {
    await prove(page, wrong(code));
    await expect(page.getByText(/wrong code/i)).toBeVisible();
    await expect(picture(page)).toBeVisible();
    expect(await secretOn(page)).toBe(secret);
  });

  await test.step('the right one makes a token', async () => {
    await prove(page, code);
    await expect(page.getByRole('status').filter({ hasText: /token/i })).toBeVisible();
    await expect(row(page, 'Pixel 9')).toContainText('ACTIVE');
    await expect(row(page, 'Pixel 9')).toContainText(/TOTP-[2-9A-Z]{8}/);
  });
});

test('an enrolment left alone waits above the table, and can be cancelled', async ({ page }) => {
  const name = newUser('journey.waiting', 'Waiting');
  await openTokens(page, name);
  await beginEnrolment(page, 'Authenticator app', 'Left alone');
  await openTokens(page, name);
  await expect(page.getByText('Waiting for proof')).toBeVisible();
  await expect(row(page, 'Left alone')).toHaveCount(0);

  await page.getByRole('link', { name: 'Continue' }).click();
  await expect(picture(page)).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Start again' })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel enrolment' }).click();
  await expect(page.getByText('Waiting for proof')).toHaveCount(0);
});

test('the secret can be copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openTokens(page, newUser('journey.copy', 'Copied'));
  const secret = await beginEnrolment(page, 'Authenticator app', 'Far camera');

  await page.getByRole('button', { name: 'Copy secret' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
});

test('the picture can fill the window, and Esc leads back', async ({ page }) => {
  await openTokens(page, newUser('journey.full', 'Full'));
  const secret = await beginEnrolment(page, 'Authenticator app', 'Far camera');
  const button = page.getByRole('button', { name: 'Show full screen' });
  const dialog = page.getByRole('dialog', { name: 'Scan this code' });
  for (const [width, height] of [[1280, 720], [390, 844]] as const) {
    await page.setViewportSize({ width, height });
    await button.click();
    const large = dialog.getByRole('img', { name: /^QR code/ });
    const box = (await large.boundingBox())!;
    expect(box.width).toBeGreaterThan(Math.min(width, height) * 0.8);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(button).toBeFocused();
  }
  await button.click();
  expect(await readQr(dialog.getByRole('img', { name: /^QR code/ }))).toContain(secret);
});
