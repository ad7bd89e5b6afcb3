// The first page of a shop.
import { examine } from '../examine.mjs';

export default (lab) => examine(lab, 'home', '/');
