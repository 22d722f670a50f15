// The rules a type checker can hold us to; the reasons stand in CONTRIBUTING.md.
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const timers = ["setTimeout", "setInterval", "setImmediate"];
const useTheClock = "Wait with the Clock (src/clock.ts), so that tests need not sleep.";

export default defineConfig(
  { ignores: ["node_modules/", "coverage/"] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/ban-ts-comment": ["error", { "ts-expect-error": true }],
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      // A port's method is async in every implementation, also where the answer is at hand.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 50, skipBlankLines: true, skipComments: true }],
      "max-params": ["error", 4],
      complexity: ["error", 10],
      eqeqeq: "error",
      "no-restricted-globals": ["error", ...timers.map((name) => ({ name, message: useTheClock }))],
      "no-restricted-properties": [
        "error",
        ...timers.map((property) => ({ object: "globalThis", property, message: useTheClock })),
      ],
      "no-restricted-imports": [
        "error",
        {
          paths: ["node:timers", "node:timers/promises", "timers", "timers/promises"].map(
            (name) => ({ name, message: useTheClock }),
          ),
        },
      ],
    },
  },
  {
    files: ["src/clock.ts", "test/**/*.ts"],
    rules: {
      "no-restricted-globals": "off",
      "no-restricted-properties": "off",
      "no-restricted-imports": "off",
    },
  },
  { files: ["test/**/*.ts"], rules: { "max-lines-per-function": "off" } },
);
