import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { layersPlugin } from './scripts/layers.mjs';
import { OPEN_EXTERNAL_RULE, SECURITY_RULES } from './scripts/security-rules.mjs';

const NODE_GLOBALS = {
  process: 'readonly',
  console: 'readonly',
  setTimeout: 'readonly',
  clearTimeout: 'readonly',
  URL: 'readonly',
  fetch: 'readonly',
};

export default defineConfig(
  globalIgnores(['out', 'dist', '.cache', 'coverage', 'test-results', 'playwright-report']),
  js.configs.recommended,
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: NODE_GLOBALS } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          'src/shared/tsconfig.json',
          'src/main/tsconfig.json',
          'src/renderer/tsconfig.json',
          'test/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { layers: layersPlugin },
    rules: {
      'layers/direction': 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      'no-eval': 'error',
      'no-new-func': 'error',
      '@typescript-eslint/no-implied-eval': 'error',
      'no-script-url': 'error',
      'no-restricted-syntax': ['error', ...SECURITY_RULES, OPEN_EXTERNAL_RULE],
    },
  },
  {
    files: ['src/main/desktop/guards.ts'],
    rules: { 'no-restricted-syntax': ['error', ...SECURITY_RULES] },
  },
  { files: ['src/renderer/**/*.{ts,tsx}'], extends: [reactHooks.configs.flat.recommended] },
  { files: ['test/**', 'scripts/**', 'bin/**'], rules: { 'no-console': 'off' } },
  prettier,
);
