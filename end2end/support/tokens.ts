// The steps on a user's Tokens tab that several journeys take.
import { expect, type Locator, type Page } from '@playwright/test';
import { CountingApp } from './authenticator.ts';

/** Finds the user by name and opens the Tokens tab. */
export async function openTokens(page: Page, name: string): Promise<void> {
  await page.goto('/users');
  await page.getByLabel('Search users').fill(name);
  await page.getByLabel('Search users').press('Enter');
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('navigation', { name }).getByRole('link', { name: /^Tokens/ }).click();
  await expect(page).toHaveURL(/\/tokens$/);
}

/** Chooses a type, describes the device, and stands before picture and secret. */
export async function beginEnrolment(page: Page, type: string, description: string): Promise<string> {
  await page.getByRole('link', { name: 'Add new token' }).first().click();
  await page.getByRole('radio', { name: new RegExp(`^${type}(?!,)`) }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Describe the device').fill(description);
  await page.getByRole('button', { name: 'Continue' }).click();
  return secretOn(page);
}

/** The secret in text, without its blanks. */
export async function secretOn(page: Page): Promise<string> {
  const text = await secretText(page).textContent();
  return text!.replaceAll(/\s/g, '');
}

/** The secret in groups of four. */
export function secretText(page: Page): Locator {
  return page.getByText(/^\s*[A-Z2-7]{4}( [A-Z2-7]{4}){3,}\s*$/);
}

/** The picture of the secret. */
export function picture(page: Page): Locator {
  return page.getByRole('img', { name: /^QR code/ });
}

/** Types a proof. */
export async function prove(page: Page, code: string): Promise<void> {
  await page.getByLabel('Enter the code the app shows').fill(code);
  await page.getByRole('button', { name: 'Confirm token' }).click();
}

/** Adds an app that counts: it needs no clock, so no journey waits for one. */
export async function addCountingApp(page: Page, description: string): Promise<CountingApp> {
  const app = new CountingApp(await beginEnrolment(page, 'HOTP app', description));
  await prove(page, app.next());
  await expect(row(page, description)).toBeVisible();
  return app;
}

/** The row of a token, found by its description. */
export function row(page: Page, description: string): Locator {
  return page.getByRole('row').filter({ hasText: description });
}

/** Does one action of a row's menu, which is a list of links until the page's code is awake. */
export async function choose(page: Page, description: string, action: string | RegExp): Promise<void> {
  await row(page, description).getByRole('button', { name: /^Actions for/ }).click();
  const item = (role: 'link' | 'menuitem') => row(page, description).getByRole(role, { name: action });
  await item('menuitem').or(item('link')).click();
}
