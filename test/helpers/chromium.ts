import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const PATH = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path));
const mayBeMissing = process.env['CI'] !== 'true';

/** No browser here, and none demanded. */
export const noChromium = PATH === undefined && mayBeMissing;
if (noChromium) console.log(`skipped: no ${NAMES.join(', ')} on the PATH`);

/** A browser that calls home would look like a page that does. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchChromium(): Promise<Browser> {
  if (!PATH) throw new Error(`CI=true needs one of ${NAMES.join(', ')} on the PATH`);
  return chromium.launch({ executablePath: PATH, args: ARGUMENTS });
}
