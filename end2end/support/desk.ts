// What stands behind the browser: the server's command line and the sample operator's papers.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A variable that `scripts/test` sets. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests with scripts/test browser`);
  return value;
}

/** Runs a command of `tokendesk` on the running server's data folder and gives what it printed. */
export function tokendesk(...args: string[]): string {
  const env = { ...process.env, TOKENDESK_DATA_DIR: setting('E2E_DATA_DIR'), TOKENDESK_PUBLIC_URL: setting('E2E_URL') };
  return execFileSync(setting('E2E_TOKENDESK'), args, { env, encoding: 'utf8' });
}

export type SampleOperator = { operator: string; password: string; secret: string };

/** The sample operator, as the server wrote it down for its own folder. */
export function sampleOperator(): SampleOperator {
  const text = readFileSync(join(setting('E2E_DATA_DIR'), 'demo.toml'), 'utf8');
  const value = (key: string) => {
    const found = new RegExp(`^${key}\\s*=\\s*["'](.*)["']$`, 'm').exec(text)?.[1];
    if (!found) throw new Error(`demo.toml has no ${key}`);
    return found;
  };
  return { operator: value('operator'), password: value('password'), secret: value('secret') };
}

/** Makes a user nobody else's journey looks at, and gives the full name. */
export function newUser(username: string, familyName: string, realm = 'default'): string {
  tokendesk('user', 'create', username, '--realm', realm, '--given-name', 'Journey', '--family-name', familyName);
  return `Journey ${familyName}`;
}

/** Makes an application that may verify in a realm, and gives its key. */
export function newClient(name: string, realm: string): string {
  const printed = tokendesk('client', 'create', name, '--realm', realm);
  const key = printed.match(/[A-Za-z0-9_-]{32,}/g)?.at(-1);
  if (!key) throw new Error('no key was printed');
  return key;
}
