/** On a phone the longer answers of the first screen are folded. */
import { all } from './elements.js';

if (matchMedia('(max-width: 40rem)').matches)
  for (const rest of all(document, 'details.rest', HTMLDetailsElement)) rest.open = false;
