// How the console feels: what Lighthouse says, what a click takes, and when a page is awake on a phone.
import { clicks } from './clicks.ts';
import { scores } from './lighthouse.ts';
import type { Figure } from './report.ts';
import { waking } from './waking.ts';
import type { World } from './world.ts';

export async function measure(world: World): Promise<Figure[]> {
  return [...(await scores(world)), ...(await clicks(world)), ...(await waking(world))];
}
