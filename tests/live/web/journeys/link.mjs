// The page behind the link of a running subscription.
import { examine } from '../examine.mjs';

export default (lab, { link }) => examine(lab, 'link', link);
