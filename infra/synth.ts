import { sizeTable } from './bundle.ts';
import { SynthesisError, synthesize } from './synthesize.ts';

/** `npm run synth`: writes the cloud assembly and lists the bundles. */
try {
  const start = performance.now();
  const { outDir, reused, bundles } = await synthesize();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const headline = reused ? `${outDir} is up to date` : `${outDir} synthesized in ${seconds} s`;
  process.stdout.write(`${headline}\n${sizeTable(bundles)}\n`);
} catch (error) {
  if (!(error instanceof SynthesisError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
