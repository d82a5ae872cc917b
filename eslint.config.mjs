import tseslint from 'typescript-eslint';

/** Imports point one way: client -> shared <- server; inside the server, rpc and cli -> services -> net and timing. */
const forbid = (...rules) => ({
  'no-restricted-imports': ['error', { patterns: rules.map(([regex, message]) => ({ regex, message })) }],
});
const NODE = ['^(node:|fs$|path$|net$|os$|child_process$)', 'shared/ is free of Node.'];
const VSCODE = ['^vscode($|-)', 'Only client/ speaks to the editor.'];
const TO_CLIENT = ['/client/', 'Nothing imports client/.'];
const TO_SERVER = ['/server/', 'Only server/ and test/ import server/.'];
const UP = ['(^|/)(rpc|cli)/|/(main|app)\\.ts$', 'Services do not know how they are called.'];

export default tseslint.config(
  { ignores: ['dist/**', 'out/**', 'node_modules/**'] },
  ...tseslint.configs.strict.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        {
          selector: 'ImportDeclaration[source.value="zod"] ImportSpecifier[imported.name="z"]',
          message: "Write `import * as z from 'zod'`: the named import bundles five times as much.",
        },
        { selector: 'ExportAllDeclaration', message: 'No barrel files.' },
        { selector: 'Program > VariableDeclaration[kind="let"]', message: 'No module-level mutable state.' },
      ],
      // It objects to Promise.withResolvers<void>().
      '@typescript-eslint/no-invalid-void-type': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      ...forbid(),
    },
  },
  { files: ['shared/**/*.ts'], rules: forbid(NODE, VSCODE, TO_CLIENT, TO_SERVER) },
  { files: ['shared/protocol.ts'], rules: { 'no-restricted-imports': ['error', { patterns: ['*'] }] } },
  { files: ['client/**/*.ts'], rules: forbid(TO_SERVER) },
  { files: ['server/**/*.ts'], rules: forbid(['^vscode$', 'The server runs without an editor.'], TO_CLIENT) },
  {
    files: ['server/{browser,scrape,provision,platforms,mocks,writers,timing,net}/**/*.ts'],
    rules: forbid(['^vscode($|-)', 'Services do not speak a wire protocol.'], TO_CLIENT, UP),
  },
  {
    files: ['server/{net,timing}/**/*.ts'],
    rules: forbid(VSCODE, TO_CLIENT, UP, [
      '/(browser|scrape|provision|platforms|mocks|writers)/',
      'net and timing are the floor.',
    ]),
  },
  {
    files: ['server/provision/{engine,journal}/**/*.ts'],
    rules: forbid(VSCODE, TO_CLIENT, UP, [
      '/(platforms|mocks|writers|steps)/',
      'The engine knows nothing about platforms.',
    ]),
  },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
