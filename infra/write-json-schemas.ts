import { writeFileSync } from 'node:fs';
import { PROJECT_ROOT } from './functions.ts';
import { jsonSchemas } from './json-schemas.ts';

/** `npm run schemas`: writes `docs/schemas/` anew after a change of what is taken in. */
for (const [name, content] of Object.entries(jsonSchemas()))
  writeFileSync(`${PROJECT_ROOT}docs/schemas/${name}`, content);
