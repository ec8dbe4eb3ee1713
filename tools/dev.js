/** `npm run dev`: Node starts this again whenever a file under src changes; it builds and then is the command. */
import { spawnSync } from 'node:child_process';

spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
await import('../dist/cli.js');
