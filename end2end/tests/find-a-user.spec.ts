import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';

test('an operator finds a user by words in any order, filters, and is told when nobody matches', async ({ page }) => {
  const name = newUser('journey.finder', 'Übermaß');
  const search = page.getByLabel('Search users');
  await page.goto('/users');
  await expect(page.getByRole('heading', { name: 'Users', level: 1 })).toBeVisible();

  await search.fill('ubermass journey');
  await search.press('Enter');
  const found = page.getByRole('link', { name, exact: true });
  await expect(found).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(2); // the head and the one

  await search.fill('100%_nobody');
  await search.press('Enter');
  await expect(page.getByText(/No user matches/)).toBeVisible();
  await page.getByRole('link', { name: 'Clear search' }).or(page.getByRole('button', { name: 'Clear search' })).click();
  await expect(search).toHaveValue('');
  await expect(page.getByRole('row').nth(2)).toBeVisible();

  await search.fill('journey.finder');
  await search.press('Enter');
  await expect(page.getByRole('row')).toHaveCount(2); // the filters are those of what was found
  await page.getByRole('link', { name: /cannot sign in/i }).click();
  await expect(found).toBeVisible(); // without a token

  await found.click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  await expect(page.getByText('journey.finder').first()).toBeVisible();
  await page.goBack();
  await expect(search).toHaveValue('journey.finder');
});

test('the list follows the typing, which keeps its place', async ({ page }) => {
  const name = newUser('journey.typed', 'Typed');
  await page.goto('/users');
  await page.evaluate(() => document.body.setAttribute('data-same-page', ''));
  const search = page.getByLabel('Search users');
  await search.pressSequentially('journey.ty');
  await expect(page).toHaveURL(/q=journey\.ty$/);
  await search.pressSequentially('ped');
  await expect(page).toHaveURL(/q=journey\.typed$/);
  await expect(page.getByRole('row')).toHaveCount(2);
  await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
  await expect(search).toBeFocused();
  await expect(search).toHaveValue('journey.typed');
  await expect(page.locator('body[data-same-page]')).toBeAttached(); // it was never loaded again
});

test('the list is left while somebody types, and what was typed is not looked for after that', async ({ page }) => {
  await page.clock.install();
  const search = page.getByLabel('Search users');
  const add = page.getByRole('link', { name: 'Add user' });
  // the link is followed while the field has the focus: at once, and when one search is under way
  for (const typed of ['k', 'Anna k']) {
    await page.goto('/users');
    await search.pressSequentially(typed);
    await add.evaluate((link: HTMLElement) => link.click());
    await expect(page.getByRole('heading', { name: 'Add user', level: 1 })).toBeVisible();
    await page.clock.runFor(1000); // the typing has rested
    await expect(page).toHaveURL(/\/users\/new$/);
  }
});

test('a filter keeps the words that were just typed, though their answer is still on its way', async ({ page }) => {
  await page.goto('/users');
  let answer = () => {};
  const held = new Promise<void>((done) => (answer = done));
  await page.route('**/call/list-users', (route) => held.then(() => route.continue()));
  await page.getByLabel('Search users').fill('anna');
  await expect(page).toHaveURL(/q=anna/);
  await page.getByRole('link', { name: /cannot sign in/i }).click();
  await expect(page).toHaveURL((url) => url.searchParams.get('q') === 'anna' && url.searchParams.has('show'));
  answer();
});
