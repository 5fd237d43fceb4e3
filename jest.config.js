/** Jest runs the TypeScript sources as they are: ESM, types stripped by SWC. */
export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/synthesize.ts',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.storygate'],
  testTimeout: 30_000,
  workerIdleMemoryLimit: '400MB', // modules of tests that have run stay in memory, and collecting them made later tests ten times slower
  maxWorkers: '100%', // Jest would leave one of two cores to nobody
  reporters: ['default', '<rootDir>/test/support/summary-reporter.js'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
};
