// The packages of others, from where the Rust side had npm put them.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(`${process.env.NEXA_WEB_MODULES}/`);

export const { chromium } = require('playwright-core');
/** The text of axe, to be run inside a page. */
export const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
