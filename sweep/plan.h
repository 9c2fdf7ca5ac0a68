// From a place on every axis to what is mapped onto what.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mapper/scenario.h"
#include "sweep/spec.h"

namespace arsia {

/// Settings of a point, all axes applied in their order. Points count the last axis fastest.
PointSettings settings_of(const SweepSpec& spec, std::size_t point);

/// `bandwidth 8 Gbps, topology ring`
std::string label_of(const SweepSpec& spec, std::size_t point);

/// Builds what the settings name. Throws InputError that says what is wrong; `label` is the point's, for messages.
std::shared_ptr<const Scenario> scenario_of(const SweepSpec& spec, const PointSettings& settings,
                                            const std::string& label);

/// Path of a file that the spec names: as seen from the spec, else as it stands.
std::string file_near(const SweepSpec& spec, const std::string& name);

/// Builds a point for every value of every axis, the other axes at their first; throws InputError with the problems of
/// all. So that a name that is mistyped is known before hours of work.
void require_points(const SweepSpec& spec);

} // namespace arsia
