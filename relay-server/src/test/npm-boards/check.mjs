// Checks that the boards are what Grafana's published types say, with no key that they do not know.
// Usage: node check.mjs FOLDER_OF_BOARDS; exits with 1 and the compiler's words when they are not.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const boards = process.argv[2];
const work = "checked";
const types = join(work, "types");
rmSync(work, { recursive: true, force: true });
for (const part of ["cog", "common", "dashboard", "stat", "timeseries", "prometheus"]) {
  const from = join("node_modules/@grafana/grafana-foundation-sdk/dist", part);
  mkdirSync(join(types, part), { recursive: true });
  for (const file of readdirSync(from).filter(name => name.endsWith(".d.ts") && !name.includes("uilder"))) {
    // Enums become what they stand for: JSON has only that.
    const text = readFileSync(join(from, file), "utf8").replaceAll(
      /export declare enum (\w+) \{([^}]*)\}/g,
      (_, name, body) => `export type ${name} = ${body.split(",").map(each => each.split("=")[1]?.trim()).filter(Boolean).join(" | ")};`);
    writeFileSync(join(types, part, file), text.split("\n").filter(line => !/[bB]uilder/.test(line)).join("\n"));
  }
}
const literal = value => JSON.stringify(value, null, 1);
for (const file of readdirSync(boards).filter(name => name.endsWith(".json"))) {
  const board = JSON.parse(readFileSync(join(boards, file), "utf8"));
  const lines = [
    'import type { Dashboard } from "./types/dashboard/types.gen";',
    'import type { GraphFieldConfig } from "./types/common/types.gen";',
    'import type { Dataquery } from "./types/prometheus/types.gen";',
    'import type { Options as stat } from "./types/stat/types.gen";',
    'import type { Options as timeseries } from "./types/timeseries/types.gen";',
    "type Some<T> = 0 extends 1 & T ? T : T extends (infer E)[] ? Some<E>[]",
    "  : T extends object ? { [K in keyof T]?: Some<T[K]> } : T;",
  ];
  for (const panel of board.panels) {
    const id = panel.id;
    lines.push(`export const options${id}: Some<${panel.type}> = ${literal(panel.options)};`);
    lines.push(`export const targets${id}: Some<Dataquery>[] = ${literal(panel.targets)};`);
    const custom = panel.fieldConfig.defaults.custom;
    if (custom) lines.push(`export const custom${id}: GraphFieldConfig = ${literal(custom)};`);
    panel.targets = panel.targets.map(({ refId, datasource }) => ({}));
  }
  lines.push(`export const board: Some<Dashboard> = ${literal(board)};`);
  writeFileSync(join(work, file.replace(".json", ".ts")), lines.join("\n") + "\n");
}
const sources = readdirSync(work).filter(name => name.endsWith(".ts")).map(name => join(work, name));
try {
  execFileSync("node_modules/.bin/tsc", ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--moduleResolution", "bundler", "--module", "esnext", ...sources], { stdio: "pipe" });
} catch (failure) {
  process.stdout.write(failure.stdout);
  process.exit(1);
}
