// An authenticator app: RFC 4226 and RFC 6238 with SHA1 and 6 digits, which all seeds of ours have.
import { createHmac } from 'node:crypto';
import { expect } from '@playwright/test';

const PERIOD = 30;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The bytes behind base32 text, blanks ignored. */
export function base32(text: string): Buffer {
  let bits = '';
  for (const letter of text.replaceAll(/[\s=]/g, '').toUpperCase()) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) throw new Error(`not base32: ${letter}`);
    bits += value.toString(2).padStart(5, '0');
  }
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}

/** The code of one counter or step. */
export function code(seed: Buffer, counter: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const digest = createHmac('sha1', seed).update(message).digest();
  const offset = digest[digest.length - 1]! & 15;
  return ((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).toString().padStart(6, '0');
}

/** A code that is certainly not right: another last digit. */
export function wrong(right: string): string {
  return right.slice(0, 5) + ((Number(right[5]) + 1) % 10);
}

/** An app that counts. */
export class CountingApp {
  #seed: Buffer;
  #counter = 0;

  constructor(secret: string) {
    this.#seed = base32(secret);
  }

  next(): string {
    return code(this.#seed, this.#counter++);
  }
}

/** An app that goes by the clock. */
export class ClockApp {
  #seed: Buffer;
  #spent: number;

  /** `spent` is the last step whose code was used. */
  constructor(secret: string, spent = -1) {
    this.#seed = base32(secret);
    this.#spent = spent;
  }

  get spent(): number {
    return this.#spent;
  }

  /** A code that was not used yet; waits for the clock when this step's was. */
  async next(): Promise<string> {
    const step = () => Math.floor(Date.now() / 1000 / PERIOD);
    await expect
      .poll(step, { message: 'the next step of the clock', intervals: [200], timeout: (PERIOD + 1) * 1000 })
      .toBeGreaterThan(this.#spent);
    this.#spent = step();
    return code(this.#seed, this.#spent);
  }
}
