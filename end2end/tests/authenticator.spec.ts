import { base32, code } from '../support/authenticator.ts';
import { expect, test } from '../support/console.ts';

test("the journeys' authenticator agrees with RFC 4226, appendix D", () => {
  const seed = base32('GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ');
  const codes = Array.from({ length: 10 }, (_, counter) => code(seed, counter));
  expect(codes).toEqual([
    '755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489',
  ]);
});
