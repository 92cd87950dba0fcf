import { ClockApp, wrong } from '../support/authenticator.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { readQr } from '../support/qr.ts';
import { beginEnrolment, openTokens, picture, prove, row, secretOn } from '../support/tokens.ts';

test('an operator enrols an authenticator app', async ({ page }) => {
  const name = newUser('journey.enrol', 'Enrolled');
  await openTokens(page, name);
  const secret = await beginEnrolment(page, 'Authenticator app', 'Pixel 9');

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
