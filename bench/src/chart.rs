//! The chart of README: the figures that tell most, as rows of panels with a bar a candidate.

use std::{fs, path::Path};

use jiff::Timestamp;
use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{
    candidates::{self, Candidate, RAW_JS},
    error::Error,
    figures::Figure,
};

const WIDTH: u32 = 960;
const HEAD: u32 = 44;
const FOOT: u32 = 34;
/// What a row of panels has above its bars, for its own title and those of the panels.
const TITLES: u32 = 58;
const BAR: u32 = 19;
const NAMES: u32 = 212;
/// Longer bars are cut off, in relation to raw JavaScript, so that the others can be told apart.
const LONGEST_RATIO: f64 = 2.5;
const FONT: &str = "system-ui, sans-serif";

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

// As they are on a light background; the style sheet has the dark ones.
const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);
const INK: RGBColor = RGBColor(0x1f, 0x23, 0x28);
const FAINT: RGBColor = RGBColor(0x59, 0x63, 0x6e);
const OURS: RGBColor = RGBColor(0x09, 0x69, 0xda);
const THEIRS: RGBColor = RGBColor(0xaf, 0xb8, 0xc1);

const STYLE: &str = "<style>@media (prefers-color-scheme: dark) {
[fill=\"#FFFFFF\"] { fill: #0d1117 }
[fill=\"#1F2328\"] { fill: #f0f6fc }
[stroke=\"#1F2328\"] { stroke: #f0f6fc }
[fill=\"#59636E\"] { fill: #9198a1 }
[fill=\"#0969DA\"] { fill: #4493f8 }
[fill=\"#AFB8C1\"] { fill: #656c76 }
}</style>";

/// Panels that stand side by side, of the same candidates in the same order.
struct Row {
    title: &'static str,
    panels: Vec<Panel>,
}

struct Panel {
    title: &'static str,
    bars: Vec<Bar>,
    /// Where raw JavaScript stands, with a line of its own.
    par: Option<f64>,
}

struct Bar {
    candidate: String,
    value: f64,
    label: String,
}

impl Row {
    fn new(
        title: &'static str,
        figures: &[Figure],
        browser: &str,
        panels: &[(&'static str, &str)],
        bar: impl Fn(&Figure) -> Option<(f64, String)>,
        par: Option<f64>,
    ) -> Self {
        let of = |name: &str| {
            let its = figures.iter().filter(|figure| {
                let here = figure.browser.as_deref();
                figure.name == name && here.is_none_or(|here| here == browser) && races(figure)
            });
            let bars = its.filter_map(|figure| {
                let (value, label) = bar(figure)?;
                let candidate = figure.candidate.clone();
                Some(Bar {
                    candidate,
                    value,
                    label,
                })
            });
            bars.collect()
        };
        let panels = panels.iter().map(|&(title, name)| Panel {
            title,
            bars: of(name),
            par,
        });
        Self {
            title,
            panels: panels.filter(|panel| !panel.bars.is_empty()).collect(),
        }
    }

    fn candidates(&self) -> Vec<&'static Candidate> {
        let has = |panel: &Panel, name| panel.bars.iter().any(|bar| bar.candidate == name);
        let any = |candidate: &&Candidate| {
            let mut panels = self.panels.iter();
            panels.any(|panel| has(panel, candidate.name))
        };
        candidates::ALL.iter().filter(any).collect()
    }

    fn height(&self) -> u32 {
        TITLES + BAR * self.candidates().len() as u32
    }
}

fn races(figure: &Figure) -> bool {
    let mut apart = candidates::ALL.iter().filter(|one| one.is_for_a_feature());
    !apart.any(|candidate| candidate.name == figure.candidate)
}

/// Draws what there is, in the first browser that was measured.
pub(crate) fn draw(figures: &[Figure], file: &Path) -> Result<(), Error> {
    let browser = figures.iter().find_map(|figure| figure.browser.as_deref());
    let browser = browser.unwrap_or("no browser");
    let mut rows = rows(figures, browser);
    rows.retain(|row| !row.panels.is_empty());

    let height = HEAD + FOOT + rows.iter().map(Row::height).sum::<u32>();
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
        root.fill(&PAPER)?;
        let (head, mut rest) = root.split_vertically(HEAD);
        let title = "wasm-websocket beside raw JavaScript and its peers: shorter is better";
        write(&head, title, (16, 24), (17, INK), HPos::Left)?;
        for row in &rows {
            let (area, below) = rest.split_vertically(row.height());
            draw_row(&area, row)?;
            rest = below;
        }
        let date = Timestamp::now().strftime("%Y-%m-%d");
        let origin = format!("{date}, {browser}, scripts/bench");
        write(&rest, &origin, (16, 16), (12, FAINT), HPos::Left)?;
        root.present()?;
    }
    let open = svg
        .find("<svg")
        .and_then(|start| Some(start + svg[start..].find('>')? + 1));
    svg.insert_str(open.unwrap_or(svg.len()), STYLE);
    Ok(fs::write(file, svg)?)
}

fn rows(figures: &[Figure], browser: &str) -> Vec<Row> {
    let is_raw = |figure: &Figure| figure.candidate == RAW_JS;
    let whole = |figure: &Figure| Some((figure.median, grouped(figure.median)));
    let above_raw = |figure: &Figure| {
        let micros = figure.above_raw.filter(|_| !is_raw(figure))? / 1e3;
        Some((micros, format!("{micros:.2}")))
    };
    let ratio = |figure: &Figure| {
        let ratio = figure.ratio.filter(|_| !is_raw(figure))?;
        Some((ratio, format!("{ratio:.2}")))
    };
    vec![
        Row::new(
            "A small app that echoes",
            figures,
            browser,
            &[("bytes of its wasm and JavaScript, compressed by gzip", "size")],
            whole,
            None,
        ),
        Row::new(
            "Receiving in the wrapper alone: microseconds a message above raw JavaScript, in bursts",
            figures,
            browser,
            &[
                ("binary, 16 B", "wrapper: receive in bursts, binary 16 B"),
                ("binary, 4 KiB", "wrapper: receive in bursts, binary 4 KiB"),
                ("binary, 64 KiB", "wrapper: receive in bursts, binary 64 KiB"),
                ("text, 4 KiB", "wrapper: receive in bursts, text 4 KiB"),
            ],
            above_raw,
            None,
        ),
        Row::new(
            "Real sockets: time in relation to raw JavaScript, which is the line; bars are cut off at 2.5",
            figures,
            browser,
            &[
                ("flood, 4 KiB", "sockets: floods from a server, binary 4 KiB"),
                ("upload, 4 KiB", "sockets: uploads to a server, binary 4 KiB"),
                ("round trip", "sockets: one at a time, round trip, 16 B"),
                ("connect and close", "sockets: one at a time, connect and close"),
            ],
            ratio,
            Some(1.0),
        ),
        Row::new(
            "Memory: bytes left in Rust's allocator by 300 connections",
            figures,
            browser,
            &[
                ("opened and closed", "memory: bytes left by 300 connections, opened and closed"),
                ("dropped while open", "memory: bytes left by 300 connections, dropped while open"),
                ("dropped connecting", "memory: bytes left by 300 connections, dropped while connecting"),
                ("refused", "memory: bytes left by 300 connections, refused"),
            ],
            whole,
            None,
        ),
    ]
}

fn draw_row(area: &Area<'_>, row: &Row) -> Result<(), Error> {
    write(area, row.title, (16, 22), (13, INK), HPos::Left)?;
    let candidates = row.candidates();
    for (place, candidate) in candidates.iter().enumerate() {
        let colour = if candidate.is_ours() { OURS } else { FAINT };
        let at = (NAMES as i32 - 8, middle(place));
        write(area, candidate.name, at, (12, colour), HPos::Right)?;
    }
    let (_, panels) = area.split_horizontally(NAMES);
    let panels = panels.split_evenly((1, row.panels.len()));
    for (area, panel) in panels.iter().zip(&row.panels) {
        write(area, panel.title, (0, 42), (12, FAINT), HPos::Left)?;
        draw_panel(area, panel, &candidates)?;
    }
    Ok(())
}

fn middle(place: usize) -> i32 {
    (TITLES + BAR * place as u32 + BAR / 2) as i32
}

fn draw_panel(area: &Area<'_>, panel: &Panel, candidates: &[&Candidate]) -> Result<(), Error> {
    let values = panel.bars.iter().map(|bar| bar.value);
    let longest = match panel.par {
        Some(par) => par * LONGEST_RATIO,
        None => values.fold(f64::MIN_POSITIVE, f64::max),
    };
    // Room for the label of the longest one.
    let room = f64::from(area.dim_in_pixel().0) - 64.0;
    let x = |value: f64| (value.clamp(0.0, longest) / longest * room) as i32;
    let par = panel.par.map(x);

    for (place, candidate) in candidates.iter().enumerate() {
        let mut bars = panel.bars.iter();
        let Some(bar) = bars.find(|bar| bar.candidate == candidate.name) else {
            continue;
        };
        let colour = if candidate.is_ours() { OURS } else { THEIRS };
        let (end, middle) = (x(bar.value), middle(place));
        area.draw(&Rectangle::new(
            [(0, middle - 6), (end.max(1), middle + 6)],
            colour.filled(),
        ))?;
        let label = par.map_or(end, |par| end.max(par)) + 5;
        write(area, &bar.label, (label, middle), (12, INK), HPos::Left)?;
    }
    if let Some(par) = par {
        let ends = [0, candidates.len()].map(|place| (par, middle(place) - BAR as i32 / 2));
        area.draw(&PathElement::new(ends, INK.stroke_width(1)))?;
    }
    Ok(())
}

fn write(
    area: &Area<'_>,
    text: &str,
    at: (i32, i32),
    (size, colour): (i32, RGBColor),
    side: HPos,
) -> Result<(), Error> {
    let style = TextStyle::from((FONT, size).into_font())
        .color(&colour)
        .pos(Pos::new(side, VPos::Center));
    Ok(area.draw(&Text::new(text, at, style))?)
}

/// A whole number with a comma between thousands.
fn grouped(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if number <= -0.5 {
        text.insert(0, '-');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_told_apart() {
        let numbers = [0.0, 999.0, 1000.0, 31_192.4, -1234.0, 1_000_000.0];
        let texts = ["0", "999", "1,000", "31,192", "-1,234", "1,000,000"];
        assert_eq!(numbers.map(grouped), texts);
    }
}
