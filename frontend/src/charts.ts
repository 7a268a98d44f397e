// Charts on report pages. Each figure holds a table with the same numbers (that is the
// accessible version and what shows without scripts) and the chart's options as JSON:
//
//   <figure data-chart><script type="application/json">…</script><div data-canvas></div><table>…
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([
  AriaComponent,
  BarChart,
  GridComponent,
  LegendComponent,
  LineChart,
  MarkLineComponent,
  ScatterChart,
  SVGRenderer,
  TooltipComponent,
]);

type Options = Record<string, unknown>;

const drawn = new Map<HTMLElement, echarts.ECharts>();

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The house's look under the figure's own options; resolved anew for each theme. */
function house(): Options {
  const ink = colour("--color-base-content");
  const axis = {
    axisLine: { lineStyle: { color: colour("--color-base-300") } },
    axisLabel: { color: ink },
    splitLine: { lineStyle: { color: colour("--color-base-300") } },
  };
  return {
    color: ["--color-primary", "--color-warning", "--color-secondary", "--color-info"].map(colour),
    textStyle: { color: ink, fontFamily: getComputedStyle(document.body).fontFamily },
    legend: { textStyle: { color: ink } },
    categoryAxis: axis,
    valueAxis: axis,
    timeAxis: axis,
  };
}

function draw(figure: HTMLElement): void {
  const data = figure.querySelector('script[type="application/json"]')?.textContent;
  const canvas = figure.querySelector<HTMLElement>("[data-canvas]");
  if (!data || canvas === null) return;
  drawn.get(figure)?.dispose();
  canvas.hidden = false;
  const chart = echarts.init(canvas, house(), { renderer: "svg" });
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  chart.setOption({ animation: !still, ...(JSON.parse(data) as Options) });
  drawn.set(figure, chart);
}

function drawAll(): void {
  for (const figure of document.querySelectorAll<HTMLElement>("figure[data-chart]")) draw(figure);
}

drawAll();
window.addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
document.addEventListener("evenhand:theme", drawAll);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
document.addEventListener("htmx:after:swap", drawAll);
