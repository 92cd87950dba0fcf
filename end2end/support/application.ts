// An application that asks whether codes are right.
import { expect, type APIRequestContext } from '@playwright/test';
import { wrong, type CountingApp } from './authenticator.ts';
import { newClient } from './desk.ts';

export class Application {
  #request: APIRequestContext;
  #key: string;

  constructor(request: APIRequestContext, name: string) {
    this.#request = request;
    this.#key = newClient(name, 'default');
  }

  /** Asks about a code of the token with this serial, and expects this answer. */
  async verify(serial: string, code: string, result: boolean): Promise<void> {
    const headers = { authorization: `Bearer ${this.#key}` };
    const data = { serial, code, purpose: 'verification' };
    const answer = await this.#request.post('/api/v1/verify', { headers, data });
    expect(await answer.json()).toMatchObject({ result });
  }

  /** Five wrong codes in a row: the token waits, for half a minute at first. They count on its user, too. */
  async failUntilItWaits(serial: string, app: CountingApp): Promise<void> {
    for (let n = 0; n < 5; n += 1) await this.verify(serial, wrong(app.next()), false);
  }
}
