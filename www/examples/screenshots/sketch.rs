//! A boat at sea: colours, widths, and points in parts of the paper's width.

use std::f64::consts::TAU;

pub(crate) type Line = (&'static str, u32, Vec<(f64, f64)>);

/// Its lines, in their order.
pub(crate) fn sketch() -> Vec<Line> {
    let arc = |(x, y): (f64, f64), radius: f64, from: f64, to: f64| {
        (0..=16)
            .map(|step| {
                let angle = TAU * (from + (to - from) * f64::from(step) / 16.0);
                (x + radius * angle.cos(), y + radius * angle.sin())
            })
            .collect::<Vec<_>>()
    };
    let wave = |left: f64, right: f64, y: f64, waves: f64| {
        (0..=40)
            .map(|step| {
                let part = f64::from(step) / 40.0;
                (
                    left + (right - left) * part,
                    y + 0.012 * (TAU * waves * part).sin(),
                )
            })
            .collect::<Vec<_>>()
    };
    let mut lines: Vec<Line> = Vec::new();
    // The sun and its rays.
    let sun = (0.8, 0.17);
    for ring in 0..=4 {
        lines.push((
            "#e8930c",
            7,
            arc(sun, 0.004 + 0.015 * f64::from(ring), 0.0, 1.0),
        ));
    }
    for ray in 0..10 {
        let angle = TAU * f64::from(ray) / 10.0;
        let at = |radius: f64| (sun.0 + radius * angle.cos(), sun.1 + radius * angle.sin());
        lines.push(("#e8930c", 4, vec![at(0.095), at(0.125)]));
    }
    // An island far away.
    lines.push((
        "#1f8a4c",
        5,
        vec![
            (0.04, 0.49),
            (0.1, 0.43),
            (0.15, 0.41),
            (0.2, 0.44),
            (0.24, 0.42),
            (0.3, 0.46),
            (0.35, 0.49),
        ],
    ));
    // The sails, the mast and the hull.
    for step in 0..9 {
        let y = 0.2 + 0.032 * f64::from(step);
        lines.push((
            "#d6352b",
            6,
            vec![(0.51, y), (0.53 + 0.9 * (y - 0.19), y + 0.012)],
        ));
    }
    for step in 0..6 {
        let y = 0.28 + 0.034 * f64::from(step);
        lines.push((
            "#e8930c",
            5,
            vec![(0.47, y), (0.455 - 0.55 * (y - 0.26), y + 0.01)],
        ));
    }
    lines.push(("#1f2a3d", 5, vec![(0.49, 0.14), (0.49, 0.33), (0.49, 0.5)]));
    lines.push((
        "#1f2a3d",
        6,
        vec![
            (0.3, 0.52),
            (0.34, 0.57),
            (0.38, 0.6),
            (0.5, 0.605),
            (0.64, 0.6),
            (0.7, 0.57),
            (0.75, 0.51),
            (0.6, 0.525),
            (0.45, 0.53),
            (0.3, 0.52),
        ],
    ));
    // Birds.
    for (x, y) in [(0.16, 0.16), (0.25, 0.1), (0.31, 0.19)] {
        lines.push((
            "#1f2a3d",
            3,
            vec![
                (x - 0.035, y - 0.012),
                (x - 0.018, y - 0.02),
                (x, y),
                (x + 0.018, y - 0.02),
                (x + 0.035, y - 0.012),
            ],
        ));
    }
    // The sea.
    for (left, right, y, waves) in [
        (0.03, 0.97, 0.64, 8.0),
        (0.07, 0.62, 0.68, 5.0),
        (0.68, 0.94, 0.68, 2.5),
        (0.14, 0.86, 0.715, 6.5),
    ] {
        lines.push(("#2563d9", 5, wave(left, right, y, waves)));
    }
    lines
}
