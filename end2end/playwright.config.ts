// Journeys through the console in Debian's Chromium. `scripts/test` starts the server and says where.
import { defineConfig } from '@playwright/test';
import { chromium } from './support/chromium.ts';
import { SIGNED_IN } from './support/sign-in.ts';

export default defineConfig({
  testDir: 'tests',
  // One sample operator, whose codes are spent once: journeys run one after the other.
  workers: 1,
  // Roomy, for a machine that is busy elsewhere; nobody waits for a time, but for what is to be seen.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: !!process.env.CI,
  reporter: 'list',
  projects: [
    // Its session is the one that the other journeys begin with.
    { name: 'sign in', testMatch: 'sign-in.spec.ts' },
    {
      name: 'journeys',
      testIgnore: ['sign-in.spec.ts', 'sign-out.spec.ts'],
      dependencies: ['sign in'],
      use: { storageState: SIGNED_IN },
    },
    { name: 'sign out', testMatch: 'sign-out.spec.ts', dependencies: ['journeys'], use: { storageState: SIGNED_IN } },
  ],
  use: {
    baseURL: process.env.E2E_URL,
    trace: 'retain-on-failure',
    launchOptions: chromium,
  },
});
