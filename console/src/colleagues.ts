// To whom a case can be given.

import type { Agent, Case } from "./api/types.ts";

// Everybody but oneself and who has it: those of its team first, and of them who is there.
export function colleaguesFor(agents: readonly Agent[], one: Pick<Case, "team" | "assignee">, self: string): Agent[] {
  const rank = (agent: Agent) => (agent.teams.includes(one.team) ? 0 : 2) + (agent.presence === "present" ? 0 : 1);
  return agents
    .filter((agent) => agent.subject !== self && agent.subject !== one.assignee)
    .sort((left, right) => rank(left) - rank(right) || (left.name ?? "").localeCompare(right.name ?? ""));
}
