// Debian's Chromium, or Google's.
import { existsSync } from 'node:fs';

const browsers = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];
const root = process.getuid?.() === 0;

/** How Playwright starts it. */
export const chromium = {
  executablePath: browsers.find((path) => existsSync(path)),
  args: ['--disable-dev-shm-usage', ...(root ? ['--no-sandbox'] : [])],
};
