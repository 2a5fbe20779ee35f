//! [`Plots`]: the figures over time, one line a transport
//! ([plotters](https://docs.rs/plotters)).

use plotters::{coord::Shift, prelude::*};
use plotters_canvas::CanvasBackend;
use web_sys::{CssStyleDeclaration, HtmlCanvasElement, HtmlElement};

use super::{
    statistics::{Sample, Statistics},
    transport::Transport,
};
use crate::{
    page::{self, Error, Page},
    units,
};

/// How much of the past is plotted while it goes on, in seconds.
const PAST: f64 = 60.0;

/// Points of a line, of which there may be more samples.
const POINTS: usize = 300;

/// Of the picture of all plots, in CSS pixels.
const WIDTH: u32 = 1200;
const HEIGHT: u32 = 900;

type Area<'a> = DrawingArea<CanvasBackend, Shift>;
type Figure = fn(&Sample) -> Option<f64>;

/// One plot: the end of its canvas's id, its name, its unit, the line of a transport, and perhaps
/// a dashed one.
struct Plot {
    id: &'static str,
    name: &'static str,
    unit: &'static str,
    line: Figure,
    dashed: Option<Figure>,
}

const PLOTS: [Plot; 6] = [
    Plot {
        id: "rate",
        name: "Frames a second",
        unit: "",
        line: |sample| Some(sample.rate),
        dashed: None,
    },
    Plot {
        id: "latency",
        name: "Latency: median, p95 dashed",
        unit: "ms",
        line: |sample| sample.median,
        dashed: Some(|sample| sample.p95),
    },
    Plot {
        id: "requests",
        name: "Requests",
        unit: "",
        line: |sample| Some(sample.counts.requests as f64),
        dashed: None,
    },
    Plot {
        id: "headers",
        name: "Bytes of headers",
        unit: "kB",
        line: |sample| Some(sample.counts.header_bytes as f64 / 1e3),
        dashed: None,
    },
    Plot {
        id: "payload",
        name: "Bytes of payload",
        unit: "kB",
        line: |sample| Some(sample.counts.payload_bytes as f64 / 1e3),
        dashed: None,
    },
    Plot {
        id: "missed",
        name: "Frames late, skipped dashed",
        unit: "",
        line: |sample| Some(sample.frames.late as f64),
        dashed: Some(|sample| Some(sample.frames.skipped as f64)),
    },
];

/// The lines of one transport.
type Line<'a> = (Transport, &'a Statistics);

/// The canvases, and where the styles say in which colours.
#[derive(Debug)]
pub(super) struct Plots {
    page: Page,
    styled: HtmlElement,
    canvases: Vec<HtmlCanvasElement>,
}

impl Plots {
    pub(super) fn new(page: &Page) -> Result<Self, Error> {
        let canvas = |plot: &Plot| page.element(&format!("flipbook-plot-{}", plot.id));
        Ok(Self {
            page: page.clone(),
            styled: page.element("flipbook-plots")?,
            canvases: PLOTS.iter().map(canvas).collect::<Result<_, _>>()?,
        })
    }

    /// Draws the last minute.
    pub(super) fn draw<'a>(&self, lines: impl Iterator<Item = Line<'a>> + Clone) {
        let Some(theme) = self.theme() else { return };
        for (plot, canvas) in PLOTS.iter().zip(&self.canvases) {
            let (width, height) = (canvas.client_width(), canvas.client_height());
            // Not seen, and then drawn when it is the next time.
            if width < 1 || height < 1 {
                continue;
            }
            let size = (width as u32, height as u32);
            if let Some(area) = theme.area(canvas, size) {
                let latest = lines.clone().filter_map(|(_, line)| line.samples().back());
                let until = latest.map(|sample| sample.time).fold(0.0, f64::max);
                let lines: Vec<_> = lines.clone().collect();
                // What can't be drawn is in the table all the same.
                let _ = theme.plot(&area, plot, &lines, (until - PAST).max(0.0), until);
            }
            page::set_attribute(canvas, "aria-label", &label(plot, lines.clone()));
        }
    }

    /// A canvas with all plots of all of the time.
    pub(super) fn picture<'a>(
        &self,
        lines: impl Iterator<Item = Line<'a>>,
    ) -> Option<HtmlCanvasElement> {
        let theme = self.theme()?;
        let canvas = self.page.create::<HtmlCanvasElement>("canvas").ok()?;
        let lines: Vec<_> = lines.collect();
        let times = |last: bool| {
            lines.iter().filter_map(move |(_, line)| match last {
                true => line.samples().back(),
                false => line.samples().front(),
            })
        };
        let until = times(true).map(|sample| sample.time).fold(0.0, f64::max);
        let from = times(false).map(|sample| sample.time).fold(until, f64::min);
        let area = theme.area(&canvas, (WIDTH, HEIGHT))?;
        let (top, rest) = area.split_vertically(theme.pixels(40));
        for (index, (transport, _)) in lines.iter().enumerate() {
            let colour = theme.colour(*transport)?;
            let style = theme.font(14).color(&colour);
            let place = (theme.pixels(20 + 160 * index as i32), theme.pixels(14));
            top.draw_text(transport.name(), &style, place).ok()?;
        }
        for (plot, area) in PLOTS.iter().zip(rest.split_evenly((3, 2))) {
            // The library's own titles are measured in a way that the page's policy forbids.
            let (title, area) = area.split_vertically(theme.pixels(24));
            let place = (theme.pixels(20), theme.pixels(8));
            title.draw_text(plot.name, &theme.font(13), place).ok()?;
            theme.plot(&area, plot, &lines, from, until).ok()?;
        }
        Some(canvas)
    }

    fn theme(&self) -> Option<Theme> {
        let style = self.page.window.get_computed_style(&self.styled).ok()??;
        Some(Theme {
            ground: colour(&style, "--card")?,
            ink: colour(&style, "--muted")?,
            grid: colour(&style, "--line")?,
            density: self.page.window.device_pixel_ratio(),
            style,
        })
    }
}

/// The colours, and how many pixels there are to one of CSS.
struct Theme {
    style: CssStyleDeclaration,
    ground: RGBColor,
    ink: RGBColor,
    grid: RGBColor,
    density: f64,
}

impl Theme {
    fn pixels(&self, length: i32) -> i32 {
        (f64::from(length) * self.density).round() as i32
    }

    fn font(&self, size: i32) -> TextStyle<'static> {
        // Not parsed from a text, which takes Unicode's tables: 8 kB, compressed.
        let family = FontFamily::Name("system-ui, sans-serif");
        FontDesc::new(family, f64::from(self.pixels(size)), FontStyle::Normal).color(&self.ink)
    }

    fn colour(&self, transport: Transport) -> Option<RGBColor> {
        colour(&self.style, &format!("--{}", transport.id()))
    }

    /// All of a canvas of this size, and blank.
    fn area(&self, canvas: &HtmlCanvasElement, size: (u32, u32)) -> Option<Area<'static>> {
        let [width, height] = [size.0, size.1].map(|length| self.pixels(length as i32) as u32);
        if (canvas.width(), canvas.height()) != (width, height) {
            canvas.set_width(width);
            canvas.set_height(height);
        }
        let area = CanvasBackend::with_canvas_object(canvas.clone())?.into_drawing_area();
        area.fill(&self.ground).ok()?;
        Some(area)
    }

    fn plot(
        &self,
        area: &Area<'_>,
        plot: &Plot,
        lines: &[Line<'_>],
        from: f64,
        until: f64,
    ) -> Result<(), DrawingAreaErrorKind<<CanvasBackend as DrawingBackend>::ErrorType>> {
        let points = |line: &Statistics, figure: Figure| -> Vec<(f64, f64)> {
            let shown = line.samples().iter().filter(|sample| sample.time >= from);
            let step = shown.clone().count() / POINTS + 1;
            let point = |sample: &Sample| Some((sample.time, figure(sample)?));
            shown.step_by(step).filter_map(point).collect()
        };
        let figures = [(Some(plot.line), false), (plot.dashed, true)];
        let mut drawn = Vec::new();
        for (transport, line) in lines {
            let Some(colour) = self.colour(*transport) else {
                continue;
            };
            for (figure, dashed) in figures {
                if let Some(figure) = figure {
                    drawn.push((points(line, figure), colour, dashed));
                }
            }
        }
        let highest = drawn.iter().flat_map(|(points, _, _)| points);
        let highest = highest.map(|(_, value)| *value).fold(0.0, f64::max);
        let axes = (from..until.max(from + 1.0), 0.0..(highest * 1.08).max(1.0));
        let mut chart = ChartBuilder::on(area)
            .margin(self.pixels(6))
            .x_label_area_size(self.pixels(22))
            .y_label_area_size(self.pixels(44))
            .build_cartesian_2d(axes.0, axes.1)?;
        let unit = plot.unit;
        chart
            .configure_mesh()
            .x_labels(4)
            .y_labels(4)
            .light_line_style(self.ground)
            .bold_line_style(self.grid)
            .axis_style(self.grid)
            .label_style(self.font(11))
            .x_label_formatter(&|time| format!("{} s", units::decimal(*time, 0)))
            .y_label_formatter(&|value| {
                let decimals = u32::from(highest < 4.0 && value.fract() != 0.0);
                format!("{} {unit}", units::decimal(value.max(0.0), decimals))
            })
            .draw()?;
        for (points, colour, dashed) in drawn {
            let style = colour.stroke_width(self.pixels(2) as u32);
            match dashed {
                false => drop(chart.draw_series(LineSeries::new(points, style))?),
                true => {
                    let (dash, gap) = (self.pixels(4), self.pixels(3));
                    let series = DashedLineSeries::new(points, dash, gap, style);
                    chart.draw_series(series)?;
                }
            }
        }
        area.present()
    }
}

/// The plot in words: the latest figure of each line.
fn label<'a>(plot: &Plot, lines: impl Iterator<Item = Line<'a>>) -> String {
    let mut label = plot.name.to_owned();
    for (transport, line) in lines {
        let latest = line.samples().back();
        let figures = [Some(plot.line), plot.dashed].into_iter().flatten();
        let values = figures.filter_map(|figure| latest.and_then(figure));
        for (index, value) in values.enumerate() {
            let before = if index == 0 {
                format!("; {}: ", transport.name())
            } else {
                ", ".to_owned()
            };
            label.push_str(&format!(
                "{before}{} {}",
                units::decimal(value.max(0.0), 1),
                plot.unit
            ));
        }
    }
    label
}

/// The value of a custom property, such as `#2453d6`.
fn colour(style: &CssStyleDeclaration, name: &str) -> Option<RGBColor> {
    let value = style.get_property_value(name).ok()?;
    let digits = value.trim_ascii().strip_prefix('#')?;
    let rgb = u32::from_str_radix(digits, 16)
        .ok()
        .filter(|_| digits.len() == 6)?;
    let [_, r, g, b] = rgb.to_be_bytes();
    Some(RGBColor(r, g, b))
}
