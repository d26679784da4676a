// Floor 6. `research list | show KIND NAME` of a running desk, for its API and its page: what is saved in its home's folder research.
import { deskCommand } from "../command.ts";
import { kindOf, ResearchList, ResearchResult, researchList, researchResult } from "../research/listing.ts";
import { renderList, renderResult } from "../research/show.ts";

const list = deskCommand({
  name: "research list",
  document: ResearchList,
  reads: true,
  exchange: "not-asked",
  execute: ({ desk }) => researchList(desk.config.home),
  render: renderList,
});

const show = deskCommand({
  name: "research show",
  document: ResearchResult,
  reads: true,
  exchange: "not-asked",
  execute: async ({ desk }, { args: [kind, name] }) => researchResult(desk.config.home, kindOf(kind), name ?? ""),
  render: renderResult,
});

export const researchDeskCommands = [list, show] as const;
