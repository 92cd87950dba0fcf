import type { Page, Response } from '@playwright/test';
import { ClockApp, base32, wrong } from '../support/authenticator.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { beginEnrolment, openTokens, picture, prove, row, secretText } from '../support/tokens.ts';

/** Keeps every answer's text, to be searched once the secret is known. */
function record(page: Page): Promise<string>[] {
  const answers: Promise<string>[] = [];
  page.on('response', (response: Response) => {
    const text = response.text().catch(() => '');
    answers.push(text.then((body) => `${response.url()} ${JSON.stringify(response.headers())} ${body}`));
  });
  return answers;
}

/** How many answers hold the secret in any spelling. */
async function holding(answers: Promise<string>[], secret: string): Promise<number> {
  const bytes = base32(secret);
  const spellings = [secret, bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')];
  const bodies = await Promise.all(answers);
  const plain = bodies.map((body) => body.replaceAll(/(?<=[A-Z2-7]{4}) (?=[A-Z2-7]{4})/g, ''));
  return plain.filter((body) => spellings.some((spelling) => body.includes(spelling))).length;
}

/** Back. What a form's post was answered with, a browser does not keep, and asks before it sends again. */
async function goBack(page: Page): Promise<void> {
  await page.goBack().catch((error: Error) => expect(error.message).toContain('ERR_CACHE_MISS'));
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('one response holds the secret, whatever is done', async ({ page }) => {
      const which = javaScriptEnabled ? 'with' : 'without';
      await openTokens(page, newUser(`journey.once.${which}`, `Once ${which}`));
      const answers = record(page);
      const secret = await beginEnrolment(page, 'Authenticator app', 'Once');
      const code = await new ClockApp(secret).next();
      // What cannot work is not there.
      for (const name of ['Copy secret', 'Show full screen']) {
        await expect(page.getByRole('button', { name })).toHaveCount(javaScriptEnabled ? 1 : 0);
      }

      await prove(page, wrong(code));
      await expect(page.getByText(/wrong code/i)).toBeVisible();
      await expect(picture(page)).toHaveCount(javaScriptEnabled ? 1 : 0);

      await page.goto(page.url());
      await expect(secretText(page)).toHaveCount(0);
      await expect(page.getByRole('button', { name: 'Start again' })).toBeVisible();
      await page.reload();
      await expect(secretText(page)).toHaveCount(0);
      await goBack(page);
      await expect(secretText(page)).toHaveCount(0);
      await page.goForward();
      await expect(secretText(page)).toHaveCount(0);

      await prove(page, code);
      await expect(row(page, 'Once')).toContainText('ACTIVE');
      expect(await holding(answers, secret)).toBe(1);
      const stored = await page.context().storageState();
      expect(JSON.stringify(stored)).not.toContain(secret);
    });
  });
}
