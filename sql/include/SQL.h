#pragma once
extern const char helenus_placeholder[];
