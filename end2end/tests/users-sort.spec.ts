import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, openTokens } from '../support/tokens.ts';

test('the list of users is put in order by its heads, which say so', async ({ page }) => {
  const names = [newUser('journey.sort.b', 'Sortable Alpha'), newUser('journey.sort.a', 'Sortable Beta')];
  const found = () => page.getByRole('link', { name: /^Journey Sortable/ }).allTextContents();
  const said = page.getByRole('status').filter({ hasText: /^Sorted by/ });
  const head = (name: string) => page.getByRole('columnheader', { name, exact: true });
  await page.goto('/users?q=sortable');
  await expect(head('Name')).toHaveAttribute('aria-sort', 'ascending');
  expect(await found()).toEqual(names);

  await head('Username').getByRole('link').click();
  await expect(head('Username')).toHaveAttribute('aria-sort', 'ascending');
  await expect(head('Name')).not.toHaveAttribute('aria-sort');
  await expect(said).toHaveText('Sorted by username, A first');
  await expect(head('Username').getByRole('link')).toBeFocused();
  await expect(page).toHaveURL(/q=sortable.*order=username$/);
  await expect.poll(found).toEqual(names.toReversed());

  await head('Last used').getByRole('link').click();
  await expect(said).toHaveText('Sorted by last used, newest first');
  await expect(head('Last used')).toHaveAttribute('aria-sort', 'descending');

  // a view keeps the search and the order
  await page.getByRole('link', { name: 'Waiting or locked' }).click();
  await expect(page).toHaveURL(/q=sortable&show=waiting-or-locked&order=-last-used$/);
  await expect(page.getByText(/No user matches/)).toBeVisible();
  await page.getByRole('link', { name: 'Obsolete tokens' }).click();
  await expect(page).toHaveURL(/show=obsolete/);
});

test('the tokens of a user are put in order by their heads', async ({ page }) => {
  await openTokens(page, newUser('journey.sort.tokens', 'Tokensorted'));
  await addCountingApp(page, 'Older');
  await addCountingApp(page, 'Younger');
  const head = (name: string) => page.getByRole('columnheader', { name });
  const said = page.getByRole('status').filter({ hasText: /^Sorted by/ });
  const updated = async () => (await page.getByRole('row').allTextContents()).slice(1);

  await head('Updated').getByRole('link').click();
  await expect(said).toHaveText('Sorted by updated, newest first');
  await expect(head('Updated')).toHaveAttribute('aria-sort', 'descending');
  await expect(head('Updated').getByRole('link')).toBeFocused();
  expect((await updated())[0]).toContain('Younger');
  await head('Updated').getByRole('link').click();
  await expect(said).toHaveText('Sorted by updated, oldest first');
  expect((await updated())[0]).toContain('Older');
  await head('Updated').getByRole('link').click();
  await expect(said).toHaveCount(0); // the list's own order again
  await expect(head('Updated')).not.toHaveAttribute('aria-sort');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a head is a link, and the search keeps its order', async ({ page }) => {
    await page.goto('/users');
    await page.getByRole('columnheader', { name: 'Username' }).getByRole('link').click();
    await expect(page.getByRole('columnheader', { name: 'Username' })).toHaveAttribute('aria-sort', 'ascending');
    await page.getByLabel('Search users').fill('sortable');
    await page.getByRole('button', { name: 'Search' }).click();
    await expect(page).toHaveURL(/q=sortable.*order=username/);
  });
});
