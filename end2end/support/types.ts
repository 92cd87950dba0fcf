// The sample's type that had its day, and tokens of it for users of a journey's own.
import { expect, type Page } from '@playwright/test';
import { ClockApp } from './authenticator.ts';
import { beginEnrolment, prove, row } from './tokens.ts';

export const OBSOLETE = 'Authenticator app, 2021';

/** Makes the type obsolete with a grace, or takes that back. Other journeys need it obsolete. */
export async function setObsolete(page: Page, obsolete: boolean): Promise<void> {
  await page.goto('/token-types/old-authenticator');
  await page.getByLabel('Obsolete: it is added no more').setChecked(obsolete);
  if (obsolete) {
    await page.getByRole('radio', { name: 'Until a date' }).check();
    await page.getByLabel('Next type').selectOption('Authenticator app');
  }
  await page.getByRole('button', { name: 'Save' }).click();
  const said = page.getByRole('status').filter({ hasText: /Token type saved|Nothing to save/ });
  await expect(said).toBeVisible();
}

/** Gives the user, whose Tokens tab is open, a token of the obsolete type. Afterwards the tab is open. */
export async function addObsoleteToken(page: Page, description: string): Promise<void> {
  const tokens = page.url();
  await setObsolete(page, false);
  try {
    await page.goto(tokens);
    const app = new ClockApp(await beginEnrolment(page, OBSOLETE, description));
    await prove(page, await app.next());
    await expect(row(page, description)).toContainText('ACTIVE');
  } finally {
    await setObsolete(page, true);
  }
  await page.goto(tokens);
  await expect(row(page, description)).toContainText('OBSOLETE');
}
