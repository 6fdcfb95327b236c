#pragma once

namespace vernier::ui {

/// Says what a history of edits has just done.
enum class EditStep { Edited, Undone, Redone };

} // namespace vernier::ui
