// Floor 2, performance. How each figure is defined: what stands beside the numbers, since the same word means several things elsewhere.

export const definitionsOf = (periodsPerYear: number): Readonly<Record<string, string>> => {
  const year = periodsPerYear === 365 ? "365 days" : `${periodsPerYear} sessions`;
  return {
    returns:
      "of equity, marked to market, from the end of one day to the end of the next; the first from the starting cash. A day that was not whole counts as one",
    totalReturnPct: "final equity over starting cash − 1",
    cagrPct: `(1 + total return)^(${periodsPerYear} / days) − 1; a year is ${year}`,
    volatilityPct: `sample standard deviation (n − 1) of daily returns × √${periodsPerYear}`,
    sharpe: `mean / sample standard deviation of daily returns × √${periodsPerYear}; risk-free rate 0`,
    sortino: `mean of daily returns / √(mean over all days of the square of what is below 0) × √${periodsPerYear}`,
    calmar: "cagrPct / maxDrawdownPct",
    maxDrawdownPct: "deepest fall of equity from an earlier high, over every slot; the starting cash counts as a high",
    trade: "one entry with all its exits",
    winRatePct: "trades with a profit after fees, of all trades",
    meanTradePct: "mean over trades of profit after fees / what was paid before fees",
    profitFactor: "sum of the profits of winners / sum of the losses of losers, after fees, money",
    expectancy: "mean profit of a trade after fees, money",
    sqn: "√trades × mean / sample standard deviation (n − 1) of the profits of trades after fees (Van Tharp, of profit, not of R)",
    interval95:
      "2,000 resamples of trades (win rate, mean trade, profit factor, expectancy, sqn) or of days (all others) in circular blocks, as long as Politis & White (2004) choose and at least 1.5 n^(1/3); percentiles moved out for the number of blocks (Hesterberg 2015). The seed is fixed",
    timeInMarketPct: "slots at whose mark something was held, of all slots",
    meanExposurePct: "market value of what is held / equity, mean over all slots",
    byMonth: "UTC month in which the trade ended",
    byWeekday: "UTC weekday on which the trade was entered",
    freqtradeCompat:
      "by freqtrade's data/metrics.py: profits of closed trades over starting cash, ratios not percent; sharpe, sortino: total over whole days / population standard deviation of trades × √365; calmar: daily mean in percent / drawdown × √365; max_drawdown_account: of the balance after closed trades; −100: cannot be told",
  };
};
