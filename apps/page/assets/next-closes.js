// Where a market's strategies would act at the next close, drawn beside the newest candle: each stretch of prices as a bar to the
// right edge, entries and exits in their own colour and pattern.

const OPACITY = 0.22;
const [INSET, STRIPE] = [6, 7];

/** A primitive of the charts' library, attached to the series of the candles. */
export function nextCloses() {
  let at = null;
  let shown = { zones: [], time: 0, up: "", down: "" };
  const renderer = {
    draw: (target) => target.useBitmapCoordinateSpace((space) => paint(space, at, shown)),
  };
  const view = { zOrder: () => "bottom", renderer: () => renderer };
  return {
    attached: (given) => {
      at = given;
    },
    detached: () => {
      at = null;
    },
    paneViews: () => [view],
    show: (zones, given) => {
      shown = { zones, ...given };
      at?.requestUpdate();
    },
  };
}

function paint({ context, bitmapSize, horizontalPixelRatio, verticalPixelRatio }, at, { zones, time, up, down }) {
  const x = at?.chart.timeScale().timeToCoordinate(time);
  if (x == null) return;
  const left = (x + INSET) * horizontalPixelRatio;
  const width = bitmapSize.width - left;
  if (width <= 0) return;
  for (const [action, from, to] of zones) {
    // Without a bound it goes on to the edge of what is seen.
    const top = to === null ? 0 : at.series.priceToCoordinate(to) * verticalPixelRatio;
    const bottom = from === null ? bitmapSize.height : at.series.priceToCoordinate(from) * verticalPixelRatio;
    const height = Math.max(2, bottom - top);
    context.fillStyle = action === "enter" ? up : down;
    context.globalAlpha = OPACITY;
    context.fillRect(left, top, width, height);
    context.globalAlpha = 1;
    // The bound itself, dashed for exits.
    for (const [price, y] of [
      [to, top],
      [from, bottom],
    ]) {
      if (price === null) continue;
      const dash = action === "enter" ? width : STRIPE * horizontalPixelRatio;
      for (let start = left; start < bitmapSize.width; start += 2 * dash)
        context.fillRect(start, y - 1, Math.min(dash, bitmapSize.width - start), 2);
    }
  }
}
