/** What `attempt` comes to. Where it fails it is made again, for so long: what it asks may be starting anew. */
export const retry = async (attempt, patienceMs = Number.POSITIVE_INFINITY) => {
  const end = Date.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};
