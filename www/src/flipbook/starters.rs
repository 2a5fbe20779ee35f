//! The flipbooks to start with, made of lines. Pure.

use std::f64::consts::{PI, TAU};

use crate::drawing::{Point, Stroke};

const INK: &str = "#1f2a3d";
const RED: &str = "#d6352b";
const GREEN: &str = "#1f8a4c";
const BLUE: &str = "#2563d9";

const GROUND: f64 = 0.66;

/// A flipbook to start with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Starter {
    Ball,
    Walker,
}

impl Starter {
    pub(super) const ALL: [Self; 2] = [Self::Ball, Self::Walker];

    /// What the id of its button ends with.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Ball => "ball",
            Self::Walker => "walker",
        }
    }

    /// Its frames, of which the first follows the last.
    pub(super) fn frames(self) -> Vec<Vec<Stroke>> {
        let (count, frame): (u32, fn(f64) -> Vec<Stroke>) = match self {
            Self::Ball => (16, ball),
            Self::Walker => (12, walker),
        };
        (0..count)
            .map(|index| frame(f64::from(index) / f64::from(count)))
            .collect()
    }
}

/// A ball that jumps over the ground, and is squashed by it.
fn ball(part: f64) -> Vec<Stroke> {
    let height = (PI * part).sin();
    let squash = 1.0 - 0.18 * (1.0 - height).powi(6);
    let radius = 0.09;
    let centre = (
        0.5 + 0.3 * (TAU * part).sin(),
        GROUND - radius * squash - 0.42 * height,
    );
    let round = (0..=24).map(|step| {
        let angle = TAU * f64::from(step) / 24.0;
        let (x, y) = (radius / squash * angle.cos(), radius * squash * angle.sin());
        (centre.0 + x, centre.1 + y)
    });
    let shadow = 0.03 + 0.07 * (1.0 - height);
    let turn = TAU * part;
    let spoke = [-0.06, 0.06].map(|r| {
        (
            centre.0 + r * turn.cos(),
            centre.1 + r * squash * turn.sin(),
        )
    });
    lines([
        line(
            GREEN,
            0.012,
            [
                (0.04, GROUND + 0.02),
                (0.5, GROUND + 0.02),
                (0.96, GROUND + 0.02),
            ],
        ),
        line(
            INK,
            0.008,
            [
                (centre.0 - shadow, GROUND + 0.045),
                (centre.0 + shadow, GROUND + 0.045),
            ],
        ),
        line(RED, 0.016, round),
        line(RED, 0.01, spoke),
    ])
}

/// A figure that walks, while the ground passes by.
fn walker(part: f64) -> Vec<Stroke> {
    let swing = TAU * part;
    let hip = (0.5, 0.42 - 0.012 * (2.0 * swing).cos());
    let shoulder = (0.51, hip.1 - 0.18);
    let limb = |from: (f64, f64), length: f64, upper: f64, lower: f64| {
        let knee = (from.0 + length * upper.sin(), from.1 + length * upper.cos());
        [
            from,
            knee,
            knee,
            (knee.0 + length * lower.sin(), knee.1 + length * lower.cos()),
        ]
    };
    let leg = |phase: f64| {
        let upper = 0.5 * phase.sin();
        let bend = 0.75 * (1.0 + phase.cos()).max(0.0) / 2.0;
        limb(hip, 0.12, upper, upper - bend)
    };
    let arm = |phase: f64| {
        let upper = 0.5 * phase.sin();
        limb(shoulder, 0.09, upper, upper + 0.35)
    };
    let head = (0..=16).map(|step| {
        let angle = TAU * f64::from(step) / 16.0;
        (
            shoulder.0 + 0.055 * angle.cos(),
            shoulder.1 - 0.075 + 0.055 * angle.sin(),
        )
    });
    let blades = (0..7).map(|blade| {
        let x = (f64::from(blade) / 7.0 - part / 7.0 * 2.0).rem_euclid(1.0);
        line(
            GREEN,
            0.008,
            [(x, GROUND + 0.06), (x - 0.012, GROUND + 0.03)],
        )
    });
    let figure = [
        line(
            INK,
            0.008,
            [
                (0.02, GROUND + 0.01),
                (0.5, GROUND + 0.01),
                (0.98, GROUND + 0.01),
            ],
        ),
        line(BLUE, 0.014, leg(swing + PI)),
        line(BLUE, 0.012, arm(swing)),
        line(INK, 0.016, [shoulder, hip]),
        line(INK, 0.014, head),
        line(RED, 0.014, leg(swing)),
        line(RED, 0.012, arm(swing + PI)),
    ];
    lines(blades.chain(figure))
}

fn line(colour: &str, width: f64, places: impl IntoIterator<Item = (f64, f64)>) -> Option<Stroke> {
    let points = places.into_iter().map(|(x, y)| Point { x, y, width });
    Stroke::through(colour, points)
}

fn lines(lines: impl IntoIterator<Item = Option<Stroke>>) -> Vec<Stroke> {
    lines.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_frames_are_the_same() {
        for starter in Starter::ALL {
            let frames = starter.frames();
            assert!((8..=16).contains(&frames.len()));
            for (index, frame) in frames.iter().enumerate() {
                assert!(!frame.is_empty());
                assert!(!frames[..index].contains(frame), "{starter:?} {index}");
            }
        }
    }
}
