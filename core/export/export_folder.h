#pragma once

#include <filesystem>
#include <string_view>

namespace vernier {

/// Is a folder in the making: files go to a temporary sibling, which takes the wished-for name when everything is
/// written, so that nobody ever sees half an export. What is not published is removed.
class ExportFolder {
public:
    /// Throws Error{Input} when the target exists and is not to be replaced, or when it is to be replaced but was not
    /// made by an export (no vernier_recipe.json in it); Error{Io} when its parent takes no folder.
    ExportFolder(std::filesystem::path target, bool replace);
    ~ExportFolder();
    ExportFolder(const ExportFolder&) = delete;
    ExportFolder& operator=(const ExportFolder&) = delete;

    /// Where files are put until publish().
    const std::filesystem::path& path() const { return m_temporary; }
    const std::filesystem::path& target() const { return m_target; }

    /// Writes a file of the folder, flushed to the disk. Throws Error{Io}.
    void write(std::string_view name, std::string_view content) const;

    /// Gives the folder its name, in place of an earlier export. Every file must have been flushed. Throws Error{Io}.
    void publish();

private:
    std::filesystem::path m_target, m_temporary;
    bool m_replaces = false;
};

/// The file that marks a folder as an export's.
inline constexpr std::string_view kRecipeFile = "vernier_recipe.json";

} // namespace vernier
