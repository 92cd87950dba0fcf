// Without a network: a strip says so, nothing typed is lost, and the page goes on by itself.
import { expect, test as base } from '@playwright/test';
import { waitUntilAwake } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { openTokens } from '../support/tokens.ts';

// The browser itself complains about every request that fails here, so nothing listens for complaints.
const test = base;

test('what was typed stays, and the page goes on when the server is back', async ({ page, context }) => {
  waitUntilAwake(page);
  await openTokens(page, newUser('journey.offline', 'Offline'));
  await page.getByRole('link', { name: 'Add new token' }).first().click();
  await page.getByRole('radio', { name: /^HOTP app/ }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Describe the device').fill('Typed with care');
  const strip = page.getByRole('status').filter({ hasText: 'The server cannot be reached' });
  await context.setOffline(true);
  await expect(strip).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Send it again' })).toBeVisible();
  await expect(page.getByLabel('Describe the device')).toHaveValue('Typed with care');
  await context.setOffline(false);
  await expect(strip).toHaveCount(0);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('img', { name: /^QR code/ })).toBeVisible();
});

test('a page that could not load comes by itself', async ({ page, context }) => {
  waitUntilAwake(page);
  await page.goto('/account');
  await context.setOffline(true);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Users' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'The server cannot be reached' })).toBeVisible();
  await expect(page.getByRole('table')).toHaveCount(0);
  await context.setOffline(false);
  await expect(page.getByRole('table')).toBeVisible();
});
