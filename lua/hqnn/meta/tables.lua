---@meta
-- Tables, curves and images in a grid.

---@class hqnn
local hq = {}

---@class hqnn.Table
local Table = {}

---@param columns string[]
---@return hqnn.Table
function hq.table(columns) end

---A row by position or by column name.
---@param row table
---@return hqnn.Table
function Table:add(row) end
---@param digits? integer 4, after the point
---@return string
function Table:format(digits) end
---@param path string
---@return hqnn.Table
function Table:write_csv(path) end
---A tabular for LaTeX, with the lines of the package booktabs.
---@param path string
---@param digits? integer 4
---@return hqnn.Table
function Table:write_latex(path, digits) end

---@class hqnn.PlotOptions
---@field stem string path without ending
---@field x string column
---@field y string column
---@field series? string column whose values name the curves
---@field panel? string column whose values name the panels
---@field error? string column of half-lengths of error bars
---@field title? string
---@field x_label? string
---@field y_label? string
---@field log_x? boolean false
---@field log_y? boolean false
---@field points? boolean false; true: markers without lines between them

---Curves through gnuplot: stem.csv, stem.gp, stem.svg and stem.png.
---@param options hqnn.PlotOptions
---@return hqnn.Table
function Table:plot(options) end
---Frees the memory now.
function Table:release() end

---@class hqnn.ImageGridOptions
---@field path string the PNG
---@field rows hqnn.Tensor[] [images, 1 or 3, height, width] each, of one height and width
---@field labels? string[] left of the rows, in capitals: letters, digits and .,:;-+=/%()'*<>
---@field low? number drawn as black: 0
---@field high? number drawn as white: 1
---@field scale? integer pixels of the picture per pixel of an image, so that an image has 56 or more
---@field gap? integer 4

---Rows of images as one PNG.
---@param options hqnn.ImageGridOptions
function hq.image_grid(options) end
