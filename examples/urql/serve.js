import { servePage } from '../sign-in-page/servePage.js';

await servePage(import.meta.dirname);
