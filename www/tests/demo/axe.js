// How many rules of axe are kept, and which serious ones are broken where.
return axe.run().then(({ passes, violations }) => ({
  place: location.hash,
  width: innerWidth,
  dark: matchMedia('(prefers-color-scheme: dark)').matches,
  kept: passes.length,
  broken: violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, impact, help, nodes }) => ({
      rule: `${id} (${impact}): ${help}`,
      targets: nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`),
    })),
}));
