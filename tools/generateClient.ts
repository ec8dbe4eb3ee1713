import { writeFileSync } from 'node:fs';
import { clientFiles, staleFiles } from './clientFiles.ts';

if (process.argv[2] === '--check') {
  const stale = await staleFiles();
  if (stale.length > 0) {
    console.error(`stale: ${stale.join(', ')}; npm run client writes them`);
    process.exitCode = 1;
  }
} else {
  for (const [path, text] of await clientFiles()) writeFileSync(path, text);
}
