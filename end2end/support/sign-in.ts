// Signing in as the sample operator.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { ClockApp } from './authenticator.ts';
import { sampleOperator, setting } from './desk.ts';

/** Where the journeys' session is kept. */
export const SIGNED_IN = join(import.meta.dirname, '../.auth/operator.json');

/** Beside the operator's papers, for another worker must not use the code again. */
const spentFile = () => join(setting('E2E_DATA_DIR'), 'spent-step');

/** The operator's next unused code. Waits up to 30 seconds for it: call `test.slow()`. */
export async function operatorCode(): Promise<string> {
  const spent = existsSync(spentFile()) ? Number(readFileSync(spentFile(), 'utf8')) : currentStep();
  const app = new ClockApp(sampleOperator().secret, spent);
  const code = await app.next();
  writeFileSync(spentFile(), String(app.spent));
  return code;
}

/** The start of the server may have spent nothing, but a run before this one may have. */
function currentStep(): number {
  return Math.floor(Date.now() / 30_000) - 1;
}

/** The first step. */
export async function givePassword(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel('Username', { exact: true }).fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** The second step. */
export async function giveCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Both steps, from wherever one is asked to. */
export async function signIn(page: Page): Promise<void> {
  const { operator, password } = sampleOperator();
  await page.goto('/sign-in');
  await givePassword(page, operator, password);
  await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
  await giveCode(page, await operatorCode());
  await expect(page.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
}

/** Keeps the session for the journeys that follow. */
export async function keepSession(page: Page): Promise<void> {
  mkdirSync(dirname(SIGNED_IN), { recursive: true });
  await page.context().storageState({ path: SIGNED_IN });
}
