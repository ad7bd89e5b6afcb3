// Runs journeys/NAME.mjs in Chromium: `node journey.mjs NAME`, with what it needs as JSON on standard input.
// Exits with 1 and says why when something is not as it should be. Lines of figures go to standard output.
import { readFileSync } from 'node:fs';
import { Lab } from './lab.mjs';

const { default: journey } = await import(`./journeys/${process.argv[2]}.mjs`);
const lab = await Lab.open(JSON.parse(readFileSync(0, 'utf8')));
try {
  await journey(lab, lab.input);
  lab.assertQuiet();
} catch (fault) {
  console.error(fault.stack ?? fault);
  process.exitCode = 1;
} finally {
  await lab.close();
}
