import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** The narrowest screen that pages have to fit. */
export const NARROW = { width: 320, height: 640 };

/** What axe finds on a page as it is now: each rule with the elements that break it. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe;
    // An animation would be measured half-way.
    for (const animation of document.getAnimations()) animation.finish();
    const { violations } = await run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`);
  });
}

/** How much wider than the screen a page is, in pixels. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
